using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Tests.Pipeline;

namespace Provost.Gateway.Tests.Snapshot;

public sealed class SnapshotReaderTests : IDisposable
{
    private readonly SnapshotPlan _plan = new SnapshotPlan().Add(
        Manifest.System() + Manifest.Llm(guardrails: Manifest.Unguarded), Manifest.Files);

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-snapshot-").FullName;

    [Fact]
    public void Admits_what_a_pinned_key_signed()
    {
        var snapshot = SnapshotReader.Admit(_plan.Sign(), _plan.Trust, 0, out var refusal);

        Assert.Null(refusal);
        Assert.Equal(_plan.Live.Digest, Assert.Single(snapshot!.Find("refunds", "production")!.Releases).Digest);
        Assert.NotNull(snapshot.FindKey(ClientKeyText.IdOf(_plan.ClientKey)));
    }

    [Fact]
    public void Refuses_another_signer()
    {
        using var other = new SnapshotPlan();
        AssertRefused(SnapshotFault.Signature, _plan.Sign(), other.Trust);
    }

    [Fact]
    public void Refuses_any_changed_byte_of_the_payload()
    {
        var envelope = _plan.Sign();
        for (var at = 40; at < envelope.Length - 200; at += 997)
        {
            var changed = envelope.ToArray();
            changed[at] = changed[at] == 'A' ? (byte)'B' : (byte)'A';
            if (changed[at] != envelope[at])
            {
                Assert.Null(SnapshotReader.Admit(changed, _plan.Trust, 0, out _));
            }
        }
    }

    [Fact]
    public void Refuses_a_lower_epoch_and_takes_the_same_one_again()
    {
        _plan.Epoch = 7;
        Assert.NotNull(SnapshotReader.Admit(_plan.Sign(), _plan.Trust, 7, out _));
        Assert.Null(SnapshotReader.Admit(_plan.Sign(), _plan.Trust, 8, out var refusal));
        Assert.Equal(SnapshotFault.Epoch, refusal!.Fault);
    }

    [Fact]
    public void Refuses_another_organisation_or_ledger()
    {
        AssertRefused(SnapshotFault.Organisation, _plan.Sign(), _plan.Trust with { Org = "other" });
        AssertRefused(SnapshotFault.Organisation, _plan.Sign(), _plan.Trust with { Origin = "acme.example/demo" });
    }

    [Fact]
    public void Refuses_another_version_of_the_form() => AssertRefused(
        SnapshotFault.Malformed, _plan.Sign(_plan.Document() with { V = 2 }), _plan.Trust);

    [Fact]
    public void A_warrant_of_another_signer_is_not_admitted()
    {
        using var other = new SnapshotPlan().Add(
            Manifest.System() + Manifest.Llm(guardrails: Manifest.Unguarded), Manifest.Files);
        AssertNotAdmitted("pinned warrant key", _plan.Document() with { Warrants = other.Document().Warrants });
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("owner,owner")]
    public void A_warrant_without_the_approvals_of_two_persons_is_not_admitted(string approvers)
    {
        _plan.Approvers = approvers;
        AssertNotAdmitted("1 approvals", _plan.Document());
    }

    [Theory]
    [InlineData("high", "server", false)]
    [InlineData("high", null, false)]
    [InlineData("high", "checkout", true)]
    [InlineData("limited", null, true)]
    public void Tier_high_needs_one_approval_from_a_checkout(string tier, string? digestFrom, bool isAdmitted)
    {
        (_plan.Tier, _plan.DigestFrom) = (tier, digestFrom);
        if (!isAdmitted)
        {
            AssertNotAdmitted("no approval from a checkout", _plan.Document());
            return;
        }

        Assert.Empty(SnapshotReader.Admit(_plan.Sign(), _plan.Trust, 0, out _)!.NotAdmitted);
    }

    [Fact]
    public void A_warrant_that_leaves_out_what_an_approver_tied_it_to_is_not_admitted()
    {
        _plan.Conditions = [new("Only the pilot branch."), new("Weekly review.", _plan.WarrantEnds)];
        Assert.Empty(SnapshotReader.Admit(_plan.Sign(), _plan.Trust, 0, out _)!.NotAdmitted);
        _plan.Carried = conditions => [conditions[0]];
        AssertNotAdmitted("leaves out a condition", _plan.Document());
        _plan.Carried = conditions => conditions;
        _plan.Conditions = [new("Weekly review.", _plan.WarrantEnds.AddSeconds(-1))];
        AssertNotAdmitted("leaves out a condition", _plan.Document());
    }

    [Fact]
    public void A_warrant_with_an_approval_that_the_person_did_not_sign_is_not_admitted()
    {
        var document = _plan.Document();
        AssertNotAdmitted("did not sign", document with
        {
            Roster = [document.Roster[0] with { Keys = document.Roster[1].Keys }, document.Roster[1]],
        });
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}""")]
    public void A_warrant_that_cannot_be_read_is_not_admitted(string json)
    {
        using var parsed = JsonDocument.Parse(json);
        AssertNotAdmitted("cannot be read", _plan.Document() with { Warrants = [parsed.RootElement.Clone()] });
    }

    [Fact]
    public void A_key_of_the_roster_that_is_none_holds_up_the_warrants_it_should_prove_and_nothing_else()
    {
        var document = _plan.Document();
        AssertNotAdmitted("32 bytes", document with
        {
            Roster = [document.Roster[0] with { Keys = [new SnapshotPersonKey("k", "AAAA")] }, document.Roster[1]],
        });
    }

    [Fact]
    public void A_warrant_that_does_not_verify_holds_up_neither_a_pause_nor_another_system()
    {
        using var other = new SnapshotPlan().Add(
            Manifest.System() + Manifest.Llm(guardrails: Manifest.Unguarded), Manifest.Files);
        _plan.Order("pause");
        _plan.Order("kill");
        var own = _plan.Document();
        var forged = other.Document();
        var bad = own.Systems[0] with { Name = "desk" };
        var holder = Holder(new EpochMark(() => 0, _ => { }));

        var report = holder.Take(_plan.Sign(own with
        {
            Systems = [bad, own.Systems[0]],
            Warrants = [forged.Warrants[0], own.Warrants[0]],
        }));

        Assert.True(report.IsTaken);
        var refused = Assert.Single(report.NotAdmitted);
        Assert.Equal(("refunds", "production"), (refused.System, refused.Environment));
        Assert.Equal("refunds", Assert.Single(report.Cut).System);
        var paused = holder.Current!.Find("refunds", "production")!;
        Assert.True(paused.Orders.Paused);
        Assert.Single(paused.Releases);
        Assert.Empty(holder.Current.Find("desk", "production")!.Releases);
    }

    [Fact]
    public void A_release_that_is_not_the_warranted_one_is_not_served()
    {
        var document = _plan.Document();
        var release = document.Releases[0] with { ReleaseJson = Convert.ToBase64String("{}"u8) };
        var snapshot = SnapshotReader.Admit(
            _plan.Sign(document with { Releases = [release] }), _plan.Trust, 0, out _);
        Assert.Empty(snapshot!.Find("refunds", "production")!.Releases);
        Assert.Single(snapshot.NotServed);
    }

    [Fact]
    public void An_older_snapshot_put_back_on_disk_is_refused_at_the_next_start()
    {
        var highest = 0L;
        var mark = new EpochMark(() => highest, e => highest = e);
        var first = Holder(mark);
        Assert.True(first.Take(_plan.Sign()).IsTaken);
        var file = Directory.GetFiles(_folder).Single();
        var older = File.ReadAllBytes(file);
        _plan.Epoch = 2;
        Assert.True(first.Take(_plan.Sign()).IsTaken);
        Assert.Equal(2, Holder(mark).Load()!.Epoch);

        File.WriteAllBytes(file, older);
        var restarted = Holder(mark);

        Assert.Equal(SnapshotFault.Epoch, restarted.Load()!.Refusal!.Fault);
        Assert.Null(restarted.Current);
    }

    [Fact]
    public void An_epoch_that_cannot_be_kept_is_not_used()
    {
        var holder = Holder(new EpochMark(() => 0, _ => throw new IOException("disk full")));
        Assert.Equal(SnapshotFault.Storage, holder.Take(_plan.Sign()).Refusal!.Fault);
        Assert.Null(holder.Current);
    }

    public void Dispose()
    {
        _plan.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SnapshotHolder Holder(EpochMark mark) =>
        new(_plan.Trust, _folder, mark, TimeProvider.System, NullLogger<SnapshotHolder>.Instance);

    private void AssertNotAdmitted(string reason, SnapshotDocument document)
    {
        var snapshot = SnapshotReader.Admit(_plan.Sign(document), _plan.Trust, 0, out var refusal);
        Assert.Null(refusal);
        Assert.Contains(reason, Assert.Single(snapshot!.NotAdmitted).Reason);
        Assert.Empty(snapshot.Find("refunds", "production")!.Releases);
        Assert.True(snapshot.Find("refunds", "production")!.IsLiveUnwarranted);
    }

    private static void AssertRefused(SnapshotFault fault, byte[] envelope, SnapshotTrust trust)
    {
        Assert.Null(SnapshotReader.Admit(envelope, trust, 0, out var refusal));
        Assert.Equal(fault, refusal!.Fault);
    }
}
