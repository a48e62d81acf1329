using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

/// <summary>One store over files that come, grow and go while it reads.</summary>
public sealed class PayloadStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PayloadStore _store;

    public PayloadStoreTests() => _store = new PayloadStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Follows_a_file_that_grows_and_goes_on_in_the_next()
    {
        using (var writer = new PayloadWriter(_folder.Path))
        {
            Assert.Null(Find(0));
            for (var next = 0; next < 30; next += 3)
            {
                Write(writer, next, next + 3);
                AssertHolds(0, next + 3);
                Assert.Null(Find(next + 3));
            }
        }

        using var other = new PayloadWriter(_folder.Path);
        Write(other, 30, 33);
        AssertHolds(0, 33);
    }

    [Fact]
    public void Finds_in_more_files_than_it_keeps_indexed_in_any_order()
    {
        const int Files = 20;
        for (var i = 0; i < Files; i++)
            WriteFile(i * 5, (i * 5) + 3); // two of five records have no payload

        for (var i = (Files * 5) - 1; i >= 0; i--)
            Assert.Equal(i % 5 < 3, Find(i) is not null);
        for (var i = 0; i < Files; i++)
            AssertHolds(i * 5, (i * 5) + 3);
    }

    [Fact]
    public void A_file_that_was_deleted_takes_its_records_along_and_no_others()
    {
        WriteFile(0, 3);
        WriteFile(3, 6);
        WriteFile(6, 9);
        AssertHolds(0, 9);
        File.Delete(PayloadFile.PathOf(_folder.File("n1"), 3));

        AssertHolds(0, 3);
        AssertHolds(6, 9);
        for (var i = 3; i < 6; i++)
            Assert.Null(Find(i));
    }

    [Fact]
    public void What_was_cut_off_one_file_is_found_in_the_next()
    {
        WriteFile(0, 6);
        AssertHolds(0, 6);
        var path = PayloadFile.PathOf(_folder.File("n1"), 0);
        using (var file = File.Open(path, FileMode.Open))
            file.SetLength(file.Length - 1);
        Assert.Null(Find(5));

        WriteFile(0, 8); // takes again what the first lost
        AssertHolds(0, 8);
    }

    private byte[]? Find(int number) => _store.Find("n1", number, PayloadField.Input);

    private void AssertHolds(int from, int below)
    {
        for (var i = from; i < below; i++)
            Assert.Equal([(byte)i, 1], Find(i));
    }

    /// <summary>Each writer begins a file.</summary>
    private void WriteFile(int from, int below)
    {
        using var writer = new PayloadWriter(_folder.Path);
        Write(writer, from, below);
    }

    private static void Write(PayloadWriter writer, int from, int below)
    {
        writer.Copy("n1", [
            .. Enumerable.Range(from, below - from).Select(i => new SpoolFrame(
                SpoolFrame.RecordKind, i, Guid.Empty, default,
                [((byte)PayloadField.Input, new byte[] { (byte)i, 1 })])),
        ]);
        writer.Sync();
    }
}
