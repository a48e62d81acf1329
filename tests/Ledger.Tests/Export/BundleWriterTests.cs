using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
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
        var request = _log.Request([0, 1, 2, 299], new StreamRange("gov", 0, 0)) with
        {
            Since = 200,
            From = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero),
            Query = JsonDocument.Parse("""{"system":"loans","from":"2026-11-01"}""").RootElement,
        };
        using var zip = new ZipArchive(new MemoryStream(await _log.ExportAsync(request)));

        Assert.Equal(
            [
                "manifest.json", "manifest.tlog-proof", "checkpoint", "consistency", "entries.jsonl", "decisions.csv",
            ],
            zip.Entries.Select(e => e.FullName));
        Assert.Equal(_log.CheckpointNote, Encoding.UTF8.GetBytes(Text(zip, "checkpoint")));
        var manifest = Text(zip, "manifest.json");
        var leaves = JsonDocument.Parse(manifest).RootElement.GetProperty("leaves").GetString();
        Assert.Equal(
            $$$"""
            {"count":4,"delivered":[{"count":1,"first":0,"last":0,"stream":"gov"},
            {"count":3,"first":0,"last":199,"stream":"sys:loans"}],"leaves":"{{{leaves}}}",
            "nodes":[{"last":149,"node":"node-0"},{"last":149,"node":"node-1"}],
            "query":{"from":"2026-11-01","system":"loans"},"requested":[{"first":0,"last":0,"stream":"gov"}],
            "schema":"provost.bundle/2","since":200,"size":300,"tool":"provost test",
            "vkeys":["{{{_log.Trust.Log[0]}}}"],
            "window":{"from":"2026-11-01T00:00:00.000000Z","until":null}}
            """.ReplaceLineEndings(""),
            manifest);
    }

    [Fact]
    public async Task Copies_each_decision_as_a_row_that_spreadsheets_read()
    {
        var record = JsonNode.Parse("""
            {"type":"decision.outcome","outcome":"allowed","time":"2026-11-21T09:00:00.000000Z","status":200,
            "cohort":{"age":"18-25","region":"eu"},"modelRequested":"=1+1","code":"a,\"b\"\nc","drill":false,
            "guardrails":{"ran":["pii","secrets"]},"caller":null,"usage":{"in":7,"out":-9}}
            """)!.AsObject();
        _log.Add("sys:loans", "node-0", record: record);
        _log.Add("gov", "node-0", record: new JsonObject { ["type"] = "gov.pause" });
        _log.Commit();
        using var zip = new ZipArchive(new MemoryStream(await _log.ExportAsync(_log.Request([300, 301]))));
        var lines = Text(zip, "decisions.csv").Split("\r\n", 2);
        var (header, row) = (lines[0], lines[1]);

        Assert.StartsWith("index,leaf_hash,stream,seq,time,type,decision,system,", header);
        Assert.StartsWith("300," + Convert.ToHexStringLower(MerkleHash.Leaf(_log.Reader.ReadLeaf(300).Span)), row);
        Assert.Contains(",sys:loans,200,2026-11-21T09:00:00.000000Z,decision.outcome,", row);
        Assert.Contains(",allowed,,\"a,\"\"b\"\"\nc\",200,", row);
        Assert.Contains(",age=18-25 region=eu,", row);
        Assert.Contains(",'=1+1,", row);
        Assert.Contains(",7,'-9,pii secrets,", row);
        Assert.EndsWith(",false,node-0,150\r\n", row);
        Assert.DoesNotContain("301,", row);
    }

    [Fact]
    public async Task Gives_each_entry_its_proof()
    {
        using var zip = new ZipArchive(new MemoryStream(await _log.ExportAsync(_log.Request([7, 8, 255, 299]))));
        var lines = Text(zip, "entries.jsonl").TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement);

        foreach (var line in lines)
        {
            var index = line.GetProperty("index").GetInt64();
            var leaf = line.GetProperty("leaf").GetBytesFromBase64();
            var proof = line.GetProperty("proof").EnumerateArray().Select(h => h.GetBytesFromBase64()).ToArray();
            Assert.Equal(_log.Reader.ReadLeaf(index).ToArray(), leaf);
            Assert.True(MerkleProof.VerifyInclusion(
                index, _log.Checkpoint.Size, MerkleHash.Leaf(leaf), proof, _log.Checkpoint.Root));
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(6, 5)]
    [InlineData(5, 300)]
    public async Task Refuses_indexes_that_do_not_ascend_below_the_checkpoint(long first, long second) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _log.ExportAsync(_log.Request([first, second])));

    [Fact]
    public async Task Refuses_to_prove_from_a_size_that_is_not_reached() =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => _log.ExportAsync(_log.Request([1]) with { Since = 301 }));

    [Fact]
    public async Task Refuses_a_checkpoint_that_does_not_cover_the_entry_of_the_export()
    {
        var draft = BundleDraft.Measure(_log.Request([1]), _log.Reader, default);

        foreach (var entry in new long[] { 299, 300 })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => BundleWriter.WriteAsync(
                Stream.Null, draft, entry, _log.Reader, _log.CheckpointNote, default));
        }
    }

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }
}
