using System.Text.Json.Nodes;
using Provost.Ledger.Verification;

namespace Provost.Cli.Tests.Ledger;

/// <summary><c>provost ledger verify</c> as it is typed: exit codes, words, and what it remembers.</summary>
[Collection(nameof(Terminal))]
public sealed class VerifyCommandTests : IDisposable
{
    private readonly Terminal _terminal = new();
    private readonly SampleLog _log = new(40);
    private readonly string _trust;

    public VerifyCommandTests()
    {
        _trust = Path.Combine(Path.GetDirectoryName(_log.Folder)!, "trust.json");
        File.WriteAllBytes(_trust, _log.Trust.ToBytes());
    }

    public void Dispose()
    {
        _log.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void A_whole_log_is_proved_and_what_was_not_checked_is_said()
    {
        var (code, said) = Verify();
        Assert.Equal(0, code);
        Assert.Contains("PROVED. 40 entries.", said);
        Assert.Contains("NOT checked: That the log was not rewritten", said);
        Assert.Contains("The log continues the checkpoint remembered at size 40", Verify().Said);
    }

    [Fact]
    public void A_log_that_was_rolled_back_since_the_last_time_is_broken()
    {
        var (note, size) = (_log.CheckpointNote, _log.Checkpoint.Size);
        for (var i = 0; i < 5; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
        Assert.Equal(0, Verify().Code);
        File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), note);
        var (code, said) = Verify();
        Assert.Equal(19, code);
        Assert.Contains($"The log was rolled back: {size + 5} entries were signed before", said);
        Assert.Equal(0, Verify("--no-memory").Code);
        Assert.Equal(19, Verify().Code);
    }

    [Fact]
    public void A_log_of_the_same_origin_and_another_genesis_is_another_log()
    {
        Assert.Equal(0, Verify().Code);
        using var other = new SampleLog(0);
        other.Add("gov", "elsewhere");
        other.Commit();
        var trust = Path.Combine(Path.GetDirectoryName(other.Folder)!, "trust.json");
        File.WriteAllBytes(trust, other.Trust.ToBytes());
        Assert.Equal(0, _terminal.Run("ledger", "verify", other.Folder, "--trust", trust).Code);
        Assert.Equal(0, Verify().Code);
    }

    [Fact]
    public async Task A_bundle_and_a_receipt_are_told_apart_by_what_they_are()
    {
        var folder = Path.GetDirectoryName(_log.Folder)!;
        var (bundle, receipt) = (Path.Combine(folder, "export.zip"), Path.Combine(folder, "entry.tlog-proof"));
        await File.WriteAllBytesAsync(bundle, await _log.ExportAsync(_log.Whole("gov")));
        await File.WriteAllBytesAsync(receipt, _log.Receipt(7).ToBytes());
        Assert.Equal(0, _terminal.Run("ledger", "verify", bundle, "--trust", _trust).Code);
        Assert.Contains("PROVED. 1 entries", _terminal.Run("ledger", "verify", receipt, "--trust", _trust).Said);
    }

    [Fact]
    public void A_broken_log_has_the_code_of_its_fault_and_as_json_names_the_entry()
    {
        var bundle = Path.Combine(_log.Folder, "tile/entries/000.p/40");
        var bytes = File.ReadAllBytes(bundle);
        bytes[20] ^= 1;
        File.WriteAllBytes(bundle, bytes);
        var (code, said) = Verify("--json");
        Assert.Equal(21, code);
        Assert.Equal(0, (int)JsonNode.Parse(said)!["fault"]!["index"]!);
    }

    [Theory]
    [InlineData("nowhere", null, "is neither a bundle, a receipt nor a ledger folder")]
    [InlineData(null, "nowhere.json", "does not exist")]
    public void What_is_not_there_is_used_wrongly(string? subject, string? trust, string why)
    {
        var (code, said) = _terminal.Run("ledger", "verify", subject ?? _log.Folder, "--trust", trust ?? _trust);
        Assert.Equal(2, code);
        Assert.Contains(why, said);
    }

    private (int Code, string Said) Verify(params string[] more) =>
        _terminal.Run(["ledger", "verify", _log.Folder, "--trust", _trust, .. more]);
}
