using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

public sealed class WitnessPolicyTests : IDisposable
{
    private readonly SampleLog _log = new(20);
    private readonly Witness _one = new("witness.example/one");
    private readonly Witness _two = new("witness.example/two");

    public void Dispose()
    {
        _log.Dispose();
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public void A_quorum_of_pinned_witnesses_is_counted_and_named_with_the_time_of_seeing()
    {
        var report = Verify(_two.Cosign(_one.Cosign(_log.CheckpointNote)), new([_one.Key, _two.Key], 2));

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, s => s.Contains("two saw this checkpoint at 2023-03-20 12:25:47"));
        Assert.Contains(report.NotChecked, s => s.Contains("it was before they cosigned"));
    }

    [Fact]
    public void Fewer_than_the_quorum_refuse_the_checkpoint()
    {
        var fault = Verify(_one.Cosign(_log.CheckpointNote), new([_one.Key, _two.Key], 2)).FirstFault!;

        Assert.Equal(FaultKind.Witness, fault.Kind);
        Assert.Contains("1 of the witnesses named", fault.Message);
    }

    [Fact]
    public void A_witness_that_cosigned_twice_counts_once()
    {
        var twice = _one.Cosign(_one.Cosign(_log.CheckpointNote), Witness.Seen.AddHours(1));

        Assert.Equal(FaultKind.Witness, Verify(twice, new([_one.Key, _two.Key], 2)).FirstFault!.Kind);
        Assert.True(Verify(twice, new([_one.Key, _two.Key], 1)).Ok);
    }

    [Fact]
    public void Witnesses_that_are_not_pinned_are_passed_over()
    {
        var cosigned = _two.Cosign(_log.CheckpointNote);

        Assert.True(Verify(cosigned, WitnessPolicy.None).Ok);
        Assert.True(Verify(cosigned, new([_one.Key], 0)).Ok);
        Assert.Equal(FaultKind.Witness, Verify(cosigned, new([_one.Key], 1)).FirstFault!.Kind);
    }

    [Fact]
    public void A_wrong_cosignature_of_a_pinned_witness_refuses_the_checkpoint_even_beyond_the_quorum()
    {
        using var older = new SampleLog(3);
        Assert.True(SignedNote.TryParse(_one.Cosign(older.CheckpointNote), out var other, out _));
        Assert.True(SignedNote.TryParse(_two.Cosign(_log.CheckpointNote), out var mine, out _));
        var note = new SignedNote(mine.Text, [.. mine.Signatures, other.Signatures[^1]]).ToBytes();

        Assert.True(Verify(note, new([_two.Key], 1)).Ok);
        var fault = Verify(note, new([_one.Key, _two.Key], 1)).FirstFault!;
        Assert.Equal(FaultKind.Witness, fault.Kind);
        Assert.Contains("witness.example/one is wrong", fault.Message);
    }

    [Fact]
    public void Refuses_a_quorum_that_cannot_be_and_a_key_that_would_count_twice()
    {
        var alias = new WitnessKey("witness.example/alias", _one.Key.Key);

        Assert.Throws<ArgumentException>(() => new WitnessPolicy([_one.Key], 2));
        Assert.Throws<ArgumentException>(() => new WitnessPolicy([], -1));
        Assert.Throws<ArgumentException>(() => new WitnessPolicy([_one.Key, alias], 1));
    }

    private VerificationReport Verify(byte[] note, WitnessPolicy witnesses)
    {
        File.WriteAllBytes(Path.Combine(_log.Folder, "checkpoint"), note);
        return LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous: null, witnesses);
    }
}
