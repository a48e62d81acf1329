using System.Text;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;
using Provost.Testing;

namespace Provost.Ledger.Verification;

/// <summary>
/// What the product writes, put to a verifier that shares nothing with it: Go's golang.org/x/mod/sumdb. Each wrong
/// input is refused by both, so that neither is the only judge.
/// </summary>
public sealed class SecondImplementationTests : IDisposable
{
    private readonly TemporaryFolder _desk = new();
    private readonly SampleLog _log = new(600);
    private readonly Witness _witness = new("witness.example/one");
    private readonly string _trust;

    public SecondImplementationTests()
    {
        _trust = _desk.File("trust.json");
        File.WriteAllBytes(_trust, _log.Trust.ToBytes());
    }

    public void Dispose()
    {
        _log.Dispose();
        _witness.Dispose();
        _desk.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(65_537)]
    public void Accepts_the_folder_of_a_log_of_any_size(int size)
    {
        using var log = new SampleLog(size);
        File.WriteAllBytes(_trust, log.Trust.ToBytes());

        Accepted($"folder of {size} entries", "folder", "--trust", _trust, log.Folder);
    }

    [Fact]
    public void Accepts_a_folder_that_has_gone_on_behind_its_checkpoint()
    {
        var note = _log.CheckpointNote;
        for (var i = 0; i < 300; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
        File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), note);

        Accepted("folder of 600 entries", "folder", "--trust", _trust, _log.Folder);
    }

    [Fact]
    public void Accepts_checkpoints_with_cosignatures_and_asks_for_the_quorum()
    {
        var file = Write("cosigned", _witness.Cosign(_log.CheckpointNote));
        string[] asked = ["--trust", _trust, "--witness", _witness.Key.ToString(), "--quorum", "1"];

        Accepted("1 cosignatures", ["checkpoint", .. asked, file]);
        Refused("0 witnesses cosigned", ["checkpoint", .. asked, Write("bare", _log.CheckpointNote)]);
        var changed = Encoding.UTF8.GetString(_witness.Cosign(_log.CheckpointNote, Witness.Seen.AddSeconds(1)));
        var spoiled = Encoding.UTF8.GetString(File.ReadAllBytes(file))[..^60] + changed[^60..];
        Refused("invalid signature", ["checkpoint", .. asked, Write("spoiled", Encoding.UTF8.GetBytes(spoiled))]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(599)]
    public void Accepts_receipts(int index)
    {
        var receipt = _log.Receipt(index);
        var leaf = Write("leaf", _log.Reader.ReadLeaf(index).ToArray());
        var apart = Write("apart.tlog-proof", (receipt with { Extra = null }).ToBytes());

        Accepted($"entry {index} of 600", "proof", "--trust", _trust, Write("one.tlog-proof", receipt.ToBytes()));
        Accepted($"entry {index} of 600", "proof", "--trust", _trust, "--leaf", leaf, apart);
    }

    [Theory]
    [InlineData("version", "tlog-proof@v1", "tlog-proof@v2")]
    [InlineData("proof", "index 153", "index 154")]
    [InlineData("no index", "index 153", "index 0153")]
    [InlineData("beyond", "index 153", "index 600")]
    [InlineData("invalid signature", "\n600\n", "\n601\n")]
    [InlineData("no empty line", "\n\n", "\n")]
    public void Both_refuse_a_receipt_that_was_changed(string because, string from, string to)
    {
        var text = Encoding.UTF8.GetString(_log.Receipt(153).ToBytes());
        var changed = Encoding.UTF8.GetBytes(text.Replace(from, to));

        Refused(because, "proof", "--trust", _trust, Write("changed.tlog-proof", changed));
        Assert.False(ReceiptVerifier.Verify(changed, entry: null, _log.Trust, previous: null).Ok);
    }

    [Fact]
    public void Proves_from_the_tiles_that_a_checkpoint_continues_an_older_one()
    {
        var old = Write("old", _log.CheckpointNote);
        for (var i = 0; i < 1000; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
        var now = Write("new", _log.CheckpointNote);
        string[] asked = ["consistency", "--trust", _trust, "--ledger", _log.Folder];

        Accepted("size 1600 continues size 600", [.. asked, old, now]);
        Accepted("size 600 continues size 600", [.. asked, old, old]);
        Refused("rolled back", [.. asked, now, old]);
        Accepted("folder of 1600", "folder", "--trust", _trust, "--since", old, _log.Folder);
        File.Copy(old, Path.Combine(_log.Folder, "checkpoint"), overwrite: true);
        Refused("rolled back", "folder", "--trust", _trust, "--since", now, _log.Folder);
    }

    [Theory]
    [InlineData(600, "forked")]
    [InlineData(700, "inconsistent tile|does not continue|missing")]
    public void Refuses_a_fork_that_the_log_s_own_key_signed(int size, string because)
    {
        using var folder = new TemporaryFolder();
        using var writer = TileLogWriter.Open(folder.File("ledger"));
        for (var i = 0; i < size; i++)
            writer.Append(Encoding.UTF8.GetBytes($"another entry {i}"));

        writer.Flush();
        var fork = Write("fork", _log.SignAnything(size, writer.Root()));
        var mine = Write("mine", _log.CheckpointNote);

        Refused(because, "consistency", "--trust", _trust, "--ledger", folder.File("ledger"), mine, fork);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Both_refuse_a_folder_that_was_changed(string damage, string because)
    {
        Do(damage);

        Refused(because, "folder", "--trust", _trust, _log.Folder);
        Assert.False(LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous: null).Ok);
    }

    /// <summary>What is done to a folder of 600 entries, and a word of why it is refused.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "flip tile/entries/001 100", "do not give|JSON|invalid|predecessor|names another|unknown" },
        { "flip tile/entries/000 100", "genesis" },
        { "flip tile/000 0", "not made of the entries" },
        { "flip tile/1/000.p/2 0", "not made of the entries" },
        { "flip checkpoint 30", "signature|malformed" },
        { "cut tile/entries/001", "cut short" },
        { "cut tile/0/001", "not made of the entries" },
        { "cut checkpoint", "malformed" },
        { "longer tile/entries/001", "follows" },
        { "longer tile/0/001", "not made of the entries" },
        { "delete tile/entries/001", "missing" },
        { "delete tile/0/001", "missing" },
        { "delete tile/1/000.p/2", "missing" },
        { "delete checkpoint", "no such file" },
        { "swap tile/entries/000 tile/entries/001", "genesis" },
        { "gap", "gap" },
        { "chain", "predecessor" },
        { "node", "node" },
        { "version", "version|unknown" },
        { "grown", "signature" },
    };

    private void Do(string damage)
    {
        var words = damage.Split(' ');
        string At(int i) => Path.Combine(_log.Folder, words[i].Replace("tile/000", "tile/0/000"));
        switch (words[0])
        {
            case "flip":
                var bytes = File.ReadAllBytes(At(1));
                bytes[int.Parse(words[2])] ^= 1;
                File.WriteAllBytes(At(1), bytes);
                break;
            case "cut":
                File.WriteAllBytes(At(1), File.ReadAllBytes(At(1))[..^40]);
                break;
            case "longer":
                File.AppendAllText(At(1), "more");
                break;
            case "delete":
                File.Delete(At(1));
                break;
            case "swap":
                var first = File.ReadAllBytes(At(1));
                File.Copy(At(2), At(1), overwrite: true);
                File.WriteAllBytes(At(2), first);
                break;
            case "grown":
                var text = Encoding.UTF8.GetString(_log.CheckpointNote).Replace("\n600\n", "\n601\n");
                File.WriteAllText(Path.Combine(_log.Folder, "checkpoint"), text);
                break;
            default:
                AddWrongEntry(words[0]);
                break;
        }
    }

    private void AddWrongEntry(string kind)
    {
        switch (kind)
        {
            case "gap":
                _log.Add("sys:loans", "node-0", seq: 5_000);
                break;
            case "chain":
                _log.Add("sys:loans", "node-0", prev: new string('0', 64));
                break;
            case "node":
                _log.Add("sys:loans", "node-0", nodeSeq: 5_000);
                break;
            case "version":
                var leaf = SampleLog.Leaf("node-0", 300, "", 0, "sys:new");
                _log.AddRaw([.. leaf[..^2], (byte)'2', (byte)'}']);
                break;
        }

        _log.Commit();
    }

    private string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(_desk.File(name), bytes);
        return _desk.File(name);
    }

    private static void Accepted(string says, params string[] arguments)
    {
        var verdict = GoVerifier.Run(arguments);
        Assert.True(verdict.Ok, verdict.Said);
        Assert.Contains(says, verdict.Said);
    }

    private static void Refused(string because, params string[] arguments)
    {
        var verdict = GoVerifier.Run(arguments);
        Assert.False(verdict.Ok, verdict.Said);
        Assert.StartsWith("REFUSED", verdict.Said);
        Assert.True(because.Split('|').Any(verdict.Said.Contains), verdict.Said);
    }
}
