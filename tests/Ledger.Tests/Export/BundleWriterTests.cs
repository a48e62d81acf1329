using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Provost.Ledger.Proofs;
using Provost.Ledger.Tree;
using Provost.Ledger.Verification;

namespace Provost.Ledger.Export;

public sealed class BundleWriterTests : IDisposable
{
    private readonly SampleLog _log = new(300);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Writes_a_zip_that_ordinary_tools_read()
    {
        var request = SampleLog.Request([0, 1, 2, 299], new StreamRange("gov", 0, 0)) with
        {
            Since = 200,
            Query = JsonDocument.Parse("""{"system":"loans","from":"2026-11-01"}""").RootElement,
        };
        using var zip = new ZipArchive(new MemoryStream(await _log.ExportAsync(request)));

        Assert.Equal(
            ["manifest.json", "checkpoint", "consistency", "entries.jsonl"], zip.Entries.Select(e => e.FullName));
        Assert.Equal(_log.CheckpointNote, Encoding.UTF8.GetBytes(Text(zip, "checkpoint")));
        Assert.Equal(
            """
            {"checkpointSize":300,"count":4,"delivered":[{"count":1,"first":0,"last":0,"stream":"gov"},
            {"count":3,"first":0,"last":199,"stream":"sys:loans"}],"origin":"ledger.example/acme",
            "query":{"from":"2026-11-01","system":"loans"},"requested":[{"first":0,"last":0,"stream":"gov"}],
            "schema":"provost.bundle/1","since":200,"tool":"provost test"}
            """.ReplaceLineEndings(""),
            Text(zip, "manifest.json"));
    }

    [Fact]
    public async Task Gives_each_entry_its_proof()
    {
        using var zip = new ZipArchive(new MemoryStream(await _log.ExportAsync(SampleLog.Request([7, 8, 255, 299]))));
        var lines = Text(zip, "entries.jsonl").TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement);

        foreach (var line in lines)
        {
            var index = line.GetProperty("index").GetInt64();
            var leaf = line.GetProperty("leaf").GetBytesFromBase64();
            var proof = line.GetProperty("proof").EnumerateArray().Select(h => h.GetBytesFromBase64()).ToArray();
            Assert.Equal(_log.Reader.ReadLeaf(index).ToArray(), leaf);
            Assert.True(MerkleProof.VerifyInclusion(
                index, 300, MerkleHash.Leaf(leaf), proof, _log.Checkpoint.Root));
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    [InlineData(5, 300)]
    public async Task Refuses_indexes_that_do_not_ascend_below_the_checkpoint(long first, long second) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _log.ExportAsync(SampleLog.Request([first, second])));

    [Fact]
    public async Task Refuses_to_prove_from_a_size_that_is_not_reached() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => _log.ExportAsync(SampleLog.Request([1]) with { Since = 301 }));

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
