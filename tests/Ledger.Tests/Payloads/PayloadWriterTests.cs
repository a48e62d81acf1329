using Provost.Ledger.Records;
using Provost.Ledger.Spool;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

public sealed class PayloadWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Node => _folder.File("n1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Takes_a_record_again_without_storing_it_again()
    {
        using (var writer = new PayloadWriter(_folder.Path))
        {
            writer.Copy("n1", Frames(0, 10));
            writer.Copy("n1", Frames(5, 8));
            writer.Sync();
            writer.Sync();
        }

        var before = new FileInfo(Directory.GetFiles(Node).Single()).Length;
        using (var writer = new PayloadWriter(_folder.Path))
        {
            writer.Copy("n1", Frames(0, 13));
            writer.Sync();
        }

        Assert.Equal(before, new FileInfo(Directory.GetFiles(Node).Order().First()).Length);
        AssertHolds(13);
    }

    [Fact]
    public void Cuts_a_torn_end_and_takes_what_was_lost_again()
    {
        for (var cut = 1; cut < 60; cut += 7)
        {
            if (Directory.Exists(Node))
                Directory.Delete(Node, recursive: true);

            using (var writer = new PayloadWriter(_folder.Path))
            {
                writer.Copy("n1", Frames(0, 6));
                writer.Sync();
            }

            var path = Directory.GetFiles(Node).Single();
            using (var file = File.Open(path, FileMode.Open))
            {
                file.SetLength(file.Length - cut);
            }

            using (var writer = new PayloadWriter(_folder.Path))
            {
                writer.Copy("n1", Frames(0, 8));
                writer.Sync();
            }

            AssertHolds(8);
        }
    }

    [Fact]
    public void Loses_nothing_when_the_disk_fails_once()
    {
        using var writer = new PayloadWriter(_folder.Path);
        writer.Copy("n1", Frames(0, 3));
        Directory.CreateDirectory(PayloadFile.PathOf(Node, 0)); // in the way
        Assert.ThrowsAny<Exception>(writer.Sync);
        Directory.Delete(PayloadFile.PathOf(Node, 0));
        writer.Copy("n1", Frames(0, 5));
        writer.Sync();

        AssertHolds(5);
    }

    private void AssertHolds(int count)
    {
        var store = new PayloadStore(_folder.Path);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal([(byte)i, 1], store.Find("n1", i, PayloadField.Input));
            Assert.Null(store.Find("n1", i, PayloadField.Output));
        }

        Assert.Null(store.Find("n1", count, PayloadField.Input));
    }

    private static List<SpoolFrame> Frames(int from, int below) =>
    [
        .. Enumerable.Range(from, below - from).Select(i => new SpoolFrame(
            SpoolFrame.RecordKind, i, Guid.Empty, default, [((byte)PayloadField.Input, new byte[] { (byte)i, 1 })])),
    ];
}
