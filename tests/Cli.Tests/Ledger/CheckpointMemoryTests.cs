using Provost.Cli.Ledger;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Verification;

namespace Provost.Cli.Tests.Ledger;

/// <summary>What the command line remembers of a log, and what never takes its place.</summary>
[Collection(nameof(Terminal))]
public sealed class CheckpointMemoryTests : IDisposable
{
    private readonly Terminal _terminal = new();
    private readonly SampleLog _log = new(40);

    public void Dispose()
    {
        _log.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Keeps_the_first_that_was_verified_word_for_word()
    {
        Assert.Null(CheckpointMemory.Recall(_log.Trust));
        CheckpointMemory.Keep(Verified(), _log.Trust, remembered: null);
        Assert.Equal(_log.Checkpoint, CheckpointMemory.Recall(_log.Trust));
        Assert.Equal(_log.CheckpointNote, File.ReadAllBytes(CheckpointMemory.FileOf(_log.Trust)));
    }

    [Fact]
    public void Two_logs_of_one_origin_are_remembered_apart()
    {
        using var other = new SampleLog(0);
        other.Add("gov", "elsewhere");
        other.Commit();
        CheckpointMemory.Keep(Verified(), _log.Trust, remembered: null);
        Assert.Equal(_log.Trust.Origin, other.Trust.Origin);
        Assert.Null(CheckpointMemory.Recall(other.Trust));
    }

    [Fact]
    public void Keeps_a_larger_one_only_where_it_was_shown_to_continue_the_remembered()
    {
        var remembered = Remember();
        Grow();
        CheckpointMemory.Keep(Verified() with { ContinuesPrevious = false }, _log.Trust, remembered);
        Assert.Equal(remembered, CheckpointMemory.Recall(_log.Trust));
        CheckpointMemory.Keep(Verified(remembered), _log.Trust, remembered);
        Assert.Equal(60, CheckpointMemory.Recall(_log.Trust)!.Size);
    }

    [Fact]
    public void Keeps_a_smaller_one_only_after_a_reset_that_was_accepted()
    {
        var remembered = Remember() with { Size = 99 };
        CheckpointMemory.Keep(Verified() with { ContinuesPrevious = true }, _log.Trust, remembered);
        Grow();
        CheckpointMemory.Keep(Verified() with { ReplacesPrevious = true }, _log.Trust, remembered);
        Assert.Equal(60, CheckpointMemory.Recall(_log.Trust)!.Size);
    }

    [Fact]
    public void Keeps_nothing_of_a_verification_that_failed()
    {
        CheckpointMemory.Keep(
            Verified() with { FirstFault = new VerificationFault(FaultKind.Entry, "broken") }, _log.Trust, null);
        Assert.Null(CheckpointMemory.Recall(_log.Trust));
    }

    [Fact]
    public void A_memory_that_is_no_checkpoint_is_said_and_not_passed_over()
    {
        Remember();
        File.WriteAllText(CheckpointMemory.FileOf(_log.Trust), "torn");
        Assert.Equal(2, Assert.Throws<CommandFault>(() => CheckpointMemory.Recall(_log.Trust)).ExitCode);
    }

    private Checkpoint Remember()
    {
        CheckpointMemory.Keep(Verified(), _log.Trust, remembered: null);
        return CheckpointMemory.Recall(_log.Trust)!;
    }

    private void Grow()
    {
        for (var i = 0; i < 20; i++)
            _log.Add("gov", "node-0");

        _log.Commit();
    }

    private VerificationReport Verified(Checkpoint? previous = null) =>
        LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous);
}
