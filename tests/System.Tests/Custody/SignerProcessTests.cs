using Provost.Control.Custody.Processes;
using Provost.Control.Governance;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.SystemTests.Custody;

/// <summary>What a real signer process refuses, whoever asks and whatever it has been through.</summary>
public sealed class SignerProcessTests
{
    [Fact]
    public async Task A_log_that_grows_is_signed_with_the_key_of_the_genesis()
    {
        await using var signer = await SignerProcess.FoundAsync();
        using var log = GrowingLog.Of(5, "entry", 0);
        var link = signer.Connect(signer.Log);
        var first = Assert.IsType<SignOutcome.Signed>(log.Ask(link));
        log.Add("entry", 300);
        var second = Assert.IsType<SignOutcome.Signed>(log.Ask(link));

        var key = NoteVerifierKey.Parse(signer.Log.State.Founded.Facts.Log);
        foreach (var signed in new[] { first, second })
        {
            Assert.True(SignedNote.TryParse(signed.Note, out var note, out _));
            Assert.Equal(NoteVerdict.Verified, note.Verify([key]));
        }

        Assert.Equal(305, link.LastSigned.Size);
    }

    [Fact]
    public async Task A_backup_put_back_is_refused_also_after_it_has_grown_past_the_signed_size()
    {
        await using var signer = await SignerProcess.FoundAsync();
        using var log = GrowingLog.Of(20, "entry", 0);
        Assert.IsType<SignOutcome.Signed>(log.Ask(signer.Connect(signer.Log)));
        await signer.KillAsync();
        await signer.StartAsync();

        using var backup = GrowingLog.Of(12, "entry", 0);
        var link = signer.Connect(signer.Log);
        Assert.Equal(SignRefusal.Shrunk, Assert.IsType<SignOutcome.Refused>(backup.Ask(link)).Refusal);
        backup.Add("other", 30);
        Assert.Equal(SignRefusal.NotConsistent, Assert.IsType<SignOutcome.Refused>(backup.Ask(link)).Refusal);
        Assert.IsType<SignOutcome.Signed>(log.Ask(link));
    }

    [Fact]
    public async Task Of_two_writers_of_one_log_the_second_gets_no_signature()
    {
        await using var signer = await SignerProcess.FoundAsync();
        using var one = GrowingLog.Of(7, "one", 1);
        using var other = GrowingLog.Of(7, "other", 1);
        var (first, second) = (signer.Connect(signer.Log), signer.Connect(signer.Log));
        Assert.Equal(0, second.LastSigned.Size);
        Assert.IsType<SignOutcome.Signed>(one.Ask(first));
        Assert.Equal(SignRefusal.Rewritten, Assert.IsType<SignOutcome.Refused>(other.Ask(second)).Refusal);
        other.Add("other", 5);
        Assert.Equal(SignRefusal.NotConsistent, Assert.IsType<SignOutcome.Refused>(other.Ask(second)).Refusal);
    }

    [Fact]
    public async Task A_second_signer_on_the_same_memory_does_not_start()
    {
        await using var signer = await SignerProcess.FoundAsync();
        var (code, said) = await signer.StartSecondAsync();
        Assert.Equal(3, code);
        Assert.Contains("one log has one signer", said);
    }

    [Theory]
    [InlineData("checkpoint")]
    [InlineData("state.json")]
    public async Task Without_its_memory_it_signs_nothing(string file)
    {
        await using var signer = await SignerProcess.FoundAsync();
        using var log = GrowingLog.Of(3, "entry", 0);
        Assert.IsType<SignOutcome.Signed>(log.Ask(signer.Connect(signer.Log)));
        await signer.KillAsync();
        File.Delete(Path.Combine(signer.Folder, file));
        await signer.StartAsync();

        var link = signer.Connect(signer.Log);
        var away = Assert.Throws<SignerAwayException>(() => log.Ask(link));
        Assert.Contains($"{file} is gone", away.Message);
        Assert.Equal("provost.custody.signer_away", link.CountersignRoster("p", "sha256:0", "nonce").Fault?.Code);
    }

    [Fact]
    public async Task A_governance_that_is_not_the_one_it_learned_is_refused()
    {
        await using var signer = await SignerProcess.FoundAsync();
        await signer.Log.AppendAsync(Custody("C0", "as it is"), CancellationToken.None);
        using var log = GrowingLog.Of(3, "entry", 0);
        Assert.IsType<SignOutcome.Signed>(log.Ask(signer.Connect(signer.Log)));
        await signer.KillAsync();
        await signer.StartAsync();

        using var shorter = signer.Governance(signer.Written.Take(1));
        Assert.Contains(
            "handed less", Assert.Throws<SignerAwayException>(() => log.Ask(signer.Connect(shorter))).Message);
        using var edited = signer.Governance(
        [
            signer.Written[0],
            signer.Written[1] with { Body = Custody("C1", "as somebody wishes").Body },
        ]);
        await signer.KillAsync();
        await signer.StartAsync();
        Assert.Contains(
            "put back or rewritten",
            Assert.Throws<SignerAwayException>(() => log.Ask(signer.Connect(edited))).Message);
        await signer.KillAsync();
        await signer.StartAsync();
        Assert.IsType<SignOutcome.Signed>(log.Ask(signer.Connect(signer.Log)));
    }

    [Fact]
    public async Task Nobody_but_the_servers_user_is_answered()
    {
        await using var signer = await SignerProcess.FoundAsync();
        await signer.KillAsync();
        await signer.StartAsync(peer: SignerProcess.User + 1);
        Assert.Throws<SignerAwayException>(() => signer.Connect(signer.Log).LastSigned);
    }

    [Fact]
    public async Task A_stranger_on_the_signers_socket_is_not_asked()
    {
        await using var signer = await SignerProcess.FoundAsync();
        using var link = new SignerLink(signer.Socket, SignerProcess.User + 1);
        link.Serve(signer.Log, new BlobStore(signer.Folder));
        Assert.Contains("it is not asked", Assert.Throws<SignerAwayException>(() => link.LastSigned).Message);
    }

    [Fact]
    public async Task A_second_genesis_is_never_signed()
    {
        await using var signer = await SignerProcess.FoundAsync();
        var link = signer.Connect(signer.Log);
        _ = link.LastSigned;
        var again = link.SignGenesis(new("other.example", "other.example/test", "C0", ""));
        Assert.Equal("provost.genesis.second", again.Fault?.Code);
    }

    private static GovernanceDraft Custody(string level, string why) => GovernanceDraft.Of(
        Actor.Self, "custody", new CustodyChanged { Level = level, Why = why });
}
