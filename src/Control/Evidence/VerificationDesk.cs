using Provost.Ledger.Checkpoints;
using Provost.Ledger.Verification;

namespace Provost.Control.Evidence;

/// <summary>A verification of the server's own log: under way, or ended.</summary>
/// <param name="By">The person who asked for it.</param>
/// <param name="Entries">Entries read so far.</param>
/// <param name="Of">Entries that the checkpoint covers; 0 before it was read.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Report">What the verifier found; null while it runs, and when it could not read the log.</param>
/// <param name="Failure">Why it could not read the log; null otherwise.</param>
public sealed record VerificationRun(
    string By, DateTimeOffset StartedAt, long Entries, long Of, DateTimeOffset? EndedAt, VerificationReport? Report,
    string? Failure)
{
    /// <summary>What a check on the server's own machine cannot show, whatever it finds.</summary>
    public const string Caveat =
        "That the server shows this log to everybody: it was checked by the server itself, against its own trust file. "
        + "Who controls the server controls both; provost ledger verify with a trust file kept elsewhere shows it.";

    /// <summary>Null while it runs; whether nothing was found wrong afterwards.</summary>
    public bool? Ok => EndedAt is null ? null : Report?.Ok == true;

    /// <summary>What was not looked at, this run's own limits first.</summary>
    public IReadOnlyList<string> NotChecked => [Caveat, .. Report?.NotChecked ?? []];
}

/// <summary>
/// Runs the offline verifier over the server's own log folder, one run at a time and on a thread of its own. A run
/// compares with the checkpoint that the last good one gave, so a log that was rewritten in between is found.
/// </summary>
/// <param name="ledgerFolder">Holds <c>checkpoint</c> and <c>tile</c>; read while it is written.</param>
/// <param name="trustFile">The server's own <c>trust.json</c>.</param>
/// <param name="begin">Starts a run beside everything else; set so that a run yields to calls.</param>
public sealed class VerificationDesk(
    string ledgerFolder, string trustFile, Action<Action> begin, TimeProvider time)
{
    private readonly Lock _lock = new();
    private VerificationRun? _run;
    private Checkpoint? _last;

    /// <summary>The run under way, or the last that ended; null before the first.</summary>
    public VerificationRun? Run
    {
        get
        {
            lock (_lock)
                return _run;
        }
    }

    /// <summary>Begins a run; while one is under way that one is given back.</summary>
    public VerificationRun Start(string person)
    {
        lock (_lock)
        {
            if (_run is { EndedAt: null })
                return _run;

            _run = new VerificationRun(person, time.GetUtcNow(), 0, 0, null, null, null);
        }

        begin(Verify);
        return Run!;
    }

    private void Verify()
    {
        VerificationReport? report = null;
        string? failure = null;
        try
        {
            // later keys of the log count on the word of the root key that is pinned
            var trust = TrustRenewal.Read(ledgerFolder, TrustFile.Parse(File.ReadAllBytes(trustFile)));
            report = LedgerDirectoryVerifier.Verify(ledgerFolder, trust, _last, progress: Progress);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            failure = unreadable.Message;
        }

        lock (_lock)
        {
            _last = report?.Checkpoint ?? _last;
            _run = _run! with { EndedAt = time.GetUtcNow(), Report = report, Failure = failure };
        }
    }

    private void Progress(long entries, long of)
    {
        lock (_lock)
            _run = _run! with { Entries = entries, Of = of };
    }
}
