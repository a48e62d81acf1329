using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Governance;

public sealed class BlobStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provost-blobs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Gives_back_what_was_put_under_its_digest()
    {
        var store = new BlobStore(_folder);
        var digest = await store.PutAsync("terms"u8.ToArray(), CancellationToken.None);
        Assert.Equal(Digest.Of("terms"u8), digest);
        Assert.Equal("terms"u8.ToArray(), await store.FindAsync(digest, CancellationToken.None));
    }

    [Fact]
    public async Task A_changed_blob_is_absent_and_putting_it_again_heals_it()
    {
        var store = new BlobStore(_folder);
        var digest = await store.PutAsync("terms"u8.ToArray(), CancellationToken.None);
        var path = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(path, "Terms");
        Assert.Null(await store.FindAsync(digest, CancellationToken.None));
        await store.PutAsync("terms"u8.ToArray(), CancellationToken.None);
        Assert.NotNull(await store.FindAsync(digest, CancellationToken.None));
    }

    [Fact]
    public async Task Many_may_put_the_same_bytes_at_once()
    {
        var store = new BlobStore(_folder);
        await Parallel.ForAsync(0, 200, async (number, stop) =>
            await store.PutAsync(BitConverter.GetBytes(number / 20), stop));
        Assert.Equal(10, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length);
    }

    [Theory]
    [InlineData("sha256:../../etc/passwd")]
    [InlineData("")]
    [InlineData("sha256:ABCDEF")]
    public async Task A_name_that_is_no_digest_names_nothing(string name) =>
        Assert.Null(await new BlobStore(_folder).FindAsync(name, CancellationToken.None));
}
