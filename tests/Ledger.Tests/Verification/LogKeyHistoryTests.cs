using System.Text;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Ledger.Verification;

/// <summary>A log whose key was replaced: which key counts for which size, in both implementations.</summary>
public sealed class LogKeyHistoryTests : IDisposable
{
    private const string Added = "2026-11-21T09:00:00.000000Z";
    private const string Until = "2026-11-22T09:00:00.000000Z";

    private readonly SampleLog _log = new(300);
    private readonly Ed25519PrivateKey _next = Ed25519PrivateKey.Generate();
    private readonly TrustFile _old;

    public LogKeyHistoryTests() => _old = _log.Trust;

    public void Dispose()
    {
        _next.Dispose();
        _log.Dispose();
    }

    private NoteVerifierKey Former => _old.Log[0];

    private NoteVerifierKey Next => new(SampleLog.Origin, _next.PublicKey);

    [Fact]
    public void While_both_sign_either_trust_file_verifies_and_the_older_is_said_to_be_behind()
    {
        var before = _log.Checkpoint;
        Rotate();
        var report = LedgerDirectoryVerifier.Verify(_log.Folder, _old, before);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.True(report.ContinuesPrevious);
        Assert.Contains(report.Checked, c => c.Contains($"made {Next} a key of the log in entry 300"));
        Assert.Contains(report.NotChecked, c => c.Contains("provost ledger trust"));

        var renewed = TrustRenewal.Read(_log.Folder, _old);
        Assert.Equal([new LogKeyTerm(Former, 0, null), new LogKeyTerm(Next, 301, null)], renewed.LogTerms);
        report = LedgerDirectoryVerifier.Verify(_log.Folder, renewed, before);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.DoesNotContain(report.NotChecked, c => c.Contains("provost ledger trust"));
        Assert.True(Go(_old).Ok, Go(_old).Said);
        Assert.True(Go(renewed).Ok, Go(renewed).Said);
    }

    [Fact]
    public void After_its_end_the_former_key_counts_only_up_to_the_size_it_ended_at()
    {
        Rotate();
        var signedByBoth = _log.CheckpointNote;
        End();
        var renewed = TrustRenewal.Read(_log.Folder, _old);
        Assert.Equal([new LogKeyTerm(Former, 0, 301), new LogKeyTerm(Next, 301, null)], renewed.LogTerms);
        Assert.True(LedgerDirectoryVerifier.Verify(_log.Folder, renewed, null).Ok);
        Assert.True(Go(renewed).Ok, Go(renewed).Said);
        Assert.Equal(FaultKind.UnknownKey, Fault(_old)?.Kind);
        Assert.Contains("provost ledger trust", Fault(_old)!.Message);

        // whoever stole the former key signs the whole log, and a fork of it
        Publish(_log.SignAnything(_log.Size, _log.Reader.RootAt(_log.Size)));
        Assert.Equal(FaultKind.UnknownKey, Fault(renewed)?.Kind);
        Assert.False(Go(renewed).Ok);
        Assert.Contains("no key that the log itself has in force", Fault(_old)!.Message);

        // what it signed in its time still counts
        Publish(signedByBoth);
        Assert.True(LedgerDirectoryVerifier.Verify(_log.Folder, renewed, null).Ok);
        Assert.True(Go(renewed).Ok, Go(renewed).Said);
    }

    [Fact]
    public void The_new_key_counts_for_nothing_before_it_was_a_key_of_the_log()
    {
        Rotate();
        var renewed = TrustRenewal.Read(_log.Folder, _old);
        var forged = new NoteSigner(SampleLog.Origin, _next)
            .Sign(new Checkpoints.Checkpoint(SampleLog.Origin, 300, _log.Reader.RootAt(300)).ToText()).ToBytes();
        Publish(forged);
        Assert.Equal(FaultKind.UnknownKey, Fault(renewed)?.Kind);
        Assert.False(Go(renewed).Ok);
    }

    [Fact]
    public void A_key_that_the_root_key_did_not_name_is_a_fault_and_taken_over_by_nobody()
    {
        using var other = Ed25519PrivateKey.Generate();
        var wrong = new Action<SampleLog>[]
        {
            log => RootActs.Add(log, "log_key_added", Body(), "rotate", $"{Next}", other),
            log => RootActs.Add(log, "log_key_added", Body(), "reset", $"{Next}"),
            log => RootActs.Add(log, "log_key_added", Body(), "rotate", $"{Former}"),
            log => RootActs.Add(log, "log_key_added", Body(former: $"{Next}"), "rotate", $"{Next}"),
            log => RootActs.Add(log, "log_key_added", Body(), Added),
            log => RootActs.Add(log, "log_key_ended", EndBody(), Until),
        };
        foreach (var add in wrong)
        {
            using var log = new SampleLog(300);
            var trust = log.Trust;
            add(log);
            var fault = LedgerDirectoryVerifier.Verify(log.Folder, trust, null).FirstFault;
            Assert.Equal((FaultKind.RootAct, (long?)300), (fault?.Kind, fault?.Index));
            Assert.Throws<FormatException>(() => TrustRenewal.Read(log.Folder, trust));
        }
    }

    [Fact]
    public void A_key_that_is_ended_before_its_time_is_a_fault()
    {
        Rotate();
        RootActs.Add(_log, "log_key_ended", EndBody(), "2026-11-22T08:59:59.999999Z");
        Assert.Equal(FaultKind.RootAct, Fault(_old)?.Kind);
    }

    [Fact]
    public void A_trust_file_with_terms_survives_writing_and_is_read_strictly()
    {
        Rotate();
        End();
        var renewed = TrustRenewal.Read(_log.Folder, _old);
        var text = Encoding.UTF8.GetString(renewed.ToBytes());
        Assert.Equal(renewed.LogTerms, TrustFile.Parse(Encoding.UTF8.GetBytes(text)).LogTerms);
        foreach (var (part, replacement) in new[]
        {
            ("\"v\": 2", "\"v\": 1"), ("\"v\": 2", "\"v\": 3"), ("\"from\": 0", "\"from\": \"0\""),
            ("\"from\": 0", "\"since\": 0"), ("\"to\": 301", "\"to\": \"301\""),
            ($"\"key\": \"{Former}\"", $"\"key\": \"{Next}\""),
        })
        {
            Assert.Contains(part, text);
            var changed = Encoding.UTF8.GetBytes(text.Replace(part, replacement, StringComparison.Ordinal));
            Assert.Throws<FormatException>(() => TrustFile.Parse(changed));
        }
    }

    [Fact]
    public void A_log_with_one_key_leaves_the_trust_file_as_it_is() =>
        Assert.Equal(_old, TrustRenewal.Read(_log.Folder, _old));

    private void Rotate()
    {
        _log.SignWith(_next, isAlone: false);
        RootActs.Add(_log, "log_key_added", Body(), "rotate", $"{Next}", time: Added);
    }

    private void End()
    {
        _log.SignWith(_next, isAlone: true);
        RootActs.Add(_log, "log_key_ended", EndBody(), Until);
    }

    private JsonObject Body(string? former = null) => new()
    {
        ["former"] = former ?? $"{Former}",
        ["key"] = $"{Next}",
        ["origin"] = SampleLog.Origin,
        ["until"] = Until,
    };

    private JsonObject EndBody() => new() { ["key"] = $"{Former}", ["origin"] = SampleLog.Origin };

    private VerificationFault? Fault(TrustFile trust) =>
        LedgerDirectoryVerifier.Verify(_log.Folder, trust, null).FirstFault;

    private void Publish(byte[] note) => File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), note);

    private GoVerdict Go(TrustFile trust)
    {
        var file = Path.Combine(Path.GetDirectoryName(_log.Folder)!, "trust.json");
        File.WriteAllBytes(file, trust.ToBytes());
        return GoVerifier.Run("folder", "--trust", file, _log.Folder);
    }
}
