using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Signals;
using Provost.Gateway.Manifests;

namespace Provost.Control.Vendors;

/// <summary>
/// Looks at each decision in log order for the model that answered, writes down every identity once, and says when it
/// is not the approved one: the incident pages, and engages what the release declares under <c>served</c>. A refused
/// identity is said again when it still comes and no open incident tells of it; a change that the release leaves open
/// is said once. Said first, then written: after a crash in between it is said again, and the incident knows it.
/// </summary>
/// <param name="log">Where identities stand.</param>
/// <param name="releaseOf">The release of a system by digest, null when its blob is gone.</param>
/// <param name="said">Told of a divergence.</param>
public sealed class ServedWatch(
    GovernanceLog log, Func<string, string, ReleaseDocument?> releaseOf,
    Func<SignalEvent, CancellationToken, Task> said)
{
    /// <summary>The signal's name in <c>onBreach</c> and in incidents.</summary>
    public const string Signal = "served";

    private const string Others = "further identities";

    /// <summary>A refused identity is looked into again after this, by the records' time.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Identity, DateTimeOffset?> _looked = [];

    /// <summary>Takes one leaf; anything but the outcome of a bound call that was answered is passed over.</summary>
    public async ValueTask TakeAsync(LogLeaf leaf, CancellationToken cancellationToken)
    {
        var record = leaf.Record;
        if (leaf.Fault is not null || record.Type != "decision.outcome" || record.Drill is not false)
            return;

        var (release, model) = (record.Release, record.ModelServed);
        if (record.System is not { } system || record.Environment is not { } environment || release is null
            || model is null)
        {
            return;
        }

        var identity = new Identity(new ReleaseKey(system, environment, release), model, record.Fingerprint);
        if (_looked.TryGetValue(identity, out var next) && (next is null || record.Time < next))
            return;

        if (releaseOf(system, release) is { } document)
            await LookAsync(identity, document, record, cancellationToken);
    }

    private async Task LookAsync(
        Identity identity, ReleaseDocument document, RecordFields record, CancellationToken cancellationToken)
    {
        var seen = log.State.Vendors.SeenOf(identity.Release);
        var isFull = seen.Count >= VendorState.MostSeen;
        var verdict = ServedCheck.Judge(document, seen, identity.Model, identity.Fingerprint);
        if (verdict is ServedVerdict.Refused or ServedVerdict.Changed)
        {
            var isWritten = seen.Any(s => s.Model == identity.Model && s.Fingerprint == identity.Fingerprint);
            var name = isFull && !isWritten ? Others : identity.Text;
            if (!IsOpen(identity.Release, name))
                await said(Divergence(identity, name, ServedCheck.Words(document, seen), record), cancellationToken);
        }

        if (!isFull && !seen.Any(s => s.Model == identity.Model && s.Fingerprint == identity.Fingerprint))
            await NoteAsync(identity, verdict, record, cancellationToken);

        if (_looked.Count >= 10_000)
            _looked.Clear();

        _looked[identity] = verdict == ServedVerdict.Refused || isFull ? record.Time + Again : null;
    }

    private bool IsOpen(ReleaseKey key, string name) =>
        log.State.Incidents.OpenOf(key.System, key.Environment) is { } open
        && open.Breaches.Exists(b => b.Release == key.Release && b.Signal == Signal && b.Feature == name);

    private async Task NoteAsync(
        Identity identity, ServedVerdict verdict, RecordFields record, CancellationToken cancellationToken)
    {
        var key = identity.Release;
        var body = new ModelSeen
        {
            System = key.System,
            Environment = key.Environment,
            Release = key.Release,
            Model = identity.Model,
            Fingerprint = identity.Fingerprint,
            Decision = record.Decision,
            Approved = verdict is ServedVerdict.First or ServedVerdict.Known,
        };
        var outcome = await log.AppendAsync(
            GovernanceDraft.Of(Actor.Self, key.System, body) with { After = key.Release }, cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            throw new InvalidOperationException(refused.Fault.Message);
    }

    private static SignalEvent.Breach Divergence(
        Identity identity, string name, string approved, RecordFields record) => new()
        {
            Key = identity.Release,
            Warrant = Guid.TryParse(record.Warrant, out var warrant) ? warrant : Guid.Empty,
            Signal = Signal,
            Feature = name,
            At = record.Time,
            Since = record.Time,
            Value = 1,
            Limit = 0,
            Rows = 1,
            LogEvidence = 0,
            Evidence = $"Approved: {approved}. Decision {record.Decision} was answered by {identity.Text}",
        };

    private readonly record struct Identity(ReleaseKey Release, string Model, string? Fingerprint)
    {
        public string Text => Fingerprint is null ? Model : $"{Model} ({Fingerprint})";
    }
}
