using System.Text.Json.Nodes;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A log that went on from another tree than was signed: what its reset shows, and to whom.</summary>
public sealed class ResetCheckTests : IDisposable
{
    private readonly SampleLog _log = new(300);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Names_every_reset_that_the_root_key_signed()
    {
        AddReset(250, 319, 300);
        var report = Verify(previous: null);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, c => c.Contains("the reset of entries 250 to 319 in entry 300"));
    }

    [Fact]
    public void A_checkpoint_from_before_is_given_up_only_by_who_accepts_that_reset()
    {
        var forked = new Checkpoint(SampleLog.Origin, 320, new byte[32]);
        AddReset(250, 319, 300);
        foreach (var accepted in new long?[] { null, 299, 301 })
        {
            var fault = Verify(forked, accepted).FirstFault!;
            Assert.Equal(FaultKind.Consistency, fault.Kind);
            Assert.Contains("--accept-reset 300", fault.Message);
        }

        var report = Verify(forked, 300);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Equal((true, false), (report.ReplacesPrevious, report.ContinuesPrevious));
    }

    [Theory]
    [InlineData(250)]
    [InlineData(321)]
    public void A_checkpoint_outside_its_range_is_not_explained(long size)
    {
        AddReset(250, 319, 300);
        var fault = Verify(new Checkpoint(SampleLog.Origin, size, new byte[32]), 300).FirstFault!;
        Assert.Equal(FaultKind.Consistency, fault.Kind);
        Assert.DoesNotContain("--accept-reset", fault.Message);
    }

    [Fact]
    public void A_checkpoint_that_the_log_continues_all_the_same_is_continued()
    {
        var before = new Checkpoint(SampleLog.Origin, 280, _log.Reader.RootAt(280));
        AddReset(250, 319, 300);
        Assert.True(Verify(before).ContinuesPrevious);
    }

    [Fact]
    public void A_reset_that_no_root_key_signed_over_just_this_is_a_fault_of_its_own()
    {
        using var other = Ed25519PrivateKey.Generate();
        var wrong = new (string Why, Action<Reset> Change)[]
        {
            ("no root key", r => r.Key = other),
            ("another statement", r => r.Verb = "roster"),
            ("another statement", r => r.Range = "250-318"),
            ("another statement", r => r.Org = "elsewhere"),
            ("another statement", r => r.Origin = "other.example/log"),
            ("another statement", r => r.After = Digest.Of([])),
            ("does not begin with", r => r.Tree = new byte[32]),
            ("does not begin with", r => r.Size = 302),
        };
        foreach (var (why, change) in wrong)
        {
            using var log = new SampleLog(300);
            var reset = new Reset { First = 250, Last = 319, Size = 300, Tree = log.Reader.RootAt(300) };
            change(reset);
            reset.AddTo(log);
            var fault = LedgerDirectoryVerifier.Verify(log.Folder, log.Trust, previous: null).FirstFault;
            Assert.Equal((FaultKind.RootAct, (long?)300), (fault?.Kind, fault?.Index));
            Assert.Contains(why, fault!.Message);
        }
    }

    private void AddReset(long first, long last, long size)
    {
        new Reset { First = first, Last = last, Size = size, Tree = _log.Reader.RootAt(size) }.AddTo(_log);
        for (var i = 0; i < 20; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
    }

    private VerificationReport Verify(Checkpoint? previous, long? accepted = null) =>
        LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous, witnesses: null, accepted);

    /// <summary>A reset as Control writes it; a test changes one member.</summary>
    private sealed class Reset
    {
        public required long First { get; init; }
        public required long Last { get; init; }
        public required long Size { get; set; }
        public required byte[] Tree { get; set; }
        public string Origin { get; set; } = SampleLog.Origin;
        public string Org { get; set; } = "acme";
        public string Verb { get; set; } = "reset";
        public string? Range { get; set; }
        public string? After { get; set; }
        public Ed25519PrivateKey? Key { get; set; }

        public void AddTo(SampleLog log)
        {
            var body = new JsonObject
            {
                ["first"] = First,
                ["last"] = Last,
                ["origin"] = Origin,
                ["tree"] = new JsonObject { ["root"] = Convert.ToBase64String(Tree), ["size"] = Size },
            };
            RootActs.Add(
                log, "ledger_reset", body, Verb, Range ?? $"{First}-{Last}", Key, Org, After,
                time: "2026-11-21T09:00:00.000000Z");
        }
    }
}
