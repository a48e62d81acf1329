using System.Text.Json;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>A change of the roster that waits for the signatures of two persons with standing.</summary>
public sealed record WaitingChange
{
    public required Guid Id { get; init; }

    /// <summary>The person concerned.</summary>
    public required string Person { get; init; }

    /// <summary><c>added</c>, or a word of <see cref="RosterChanged"/>.</summary>
    public required string Change { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string By { get; init; }

    public required DateTimeOffset Asked { get; init; }

    /// <summary>From here on it can no longer be signed.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The entry that two signatures make effective.</summary>
    public required GovernanceDraft Draft { get; init; }

    /// <summary>The bytes that everybody signs.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>The signatures so far; among them, for a key, the new key's own.</summary>
    public required IReadOnlyList<EnvelopeSignature> Signatures { get; init; }

    /// <summary>The persons with standing who have signed.</summary>
    public IReadOnlyList<string> SignedBy { get; init; } = [];

    public string? Reason { get; init; }

    /// <summary>The name and address of somebody who is being added; they are nowhere else yet.</summary>
    internal PersonRow? Row { get; init; }

    /// <summary>Name of somebody who is being added; null for a person of the roster.</summary>
    public string? NewName => Row?.Name;

    /// <summary>The envelope as the log would embed it now.</summary>
    internal JsonElement Envelope => SignedStatement.Element(new Envelope(
        Gateway.Warrants.Statement<Gateway.Warrants.ActPredicate>.PayloadType, Payload, Signatures));
}

/// <summary>
/// The changes that wait, in memory: none has any effect, and a restart forgets them. What counts is what is written
/// once both have signed.
/// </summary>
internal sealed class WaitingChanges(GovernanceLog log, TimeProvider time)
{
    /// <summary>How long a change waits.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private const int AtMost = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, WaitingChange> _changes = [];

    /// <summary>Those that can still be signed, oldest first.</summary>
    public IReadOnlyList<WaitingChange> All
    {
        get
        {
            lock (_lock)
            {
                Forget();
                return [.. _changes.Values.OrderBy(c => c.Id)];
            }
        }
    }

    public GovernanceFault? Add(WaitingChange change)
    {
        lock (_lock)
        {
            Forget();
            return _changes.Count >= AtMost ? AccessErrors.TooManyChanges()
                : _changes.TryAdd(change.Id, change) ? null : AccessErrors.NoSuchChange();
        }
    }

    public WaitingChange? Find(Guid id)
    {
        lock (_lock)
        {
            Forget();
            return _changes.GetValueOrDefault(id);
        }
    }

    public bool Remove(Guid id)
    {
        lock (_lock)
            return _changes.Remove(id);
    }

    /// <summary>The change with one more person's signature.</summary>
    public Answer<WaitingChange> Sign(Guid id, Person signer, JsonElement json)
    {
        Envelope envelope;
        try
        {
            envelope = Dsse.Read(json);
        }
        catch (FormatException)
        {
            return AccessErrors.NotTheirSignature();
        }

        lock (_lock)
        {
            Forget();
            if (_changes.GetValueOrDefault(id) is not { } change)
                return AccessErrors.NoSuchChange();

            if (!RosterState.MaySign(signer, change.Person))
                return AccessErrors.MayNotSign();

            if (change.SignedBy.Contains(signer.Id))
                return AccessErrors.SignedAlready();

            if (!envelope.Payload.AsSpan().SequenceEqual(change.Payload))
                return AccessErrors.StatementDiffers();

            var own = envelope.Signatures.FirstOrDefault(s =>
                signer.SignerOf(envelope with { Signatures = [s] }, time.GetUtcNow()) is not null);
            if (own is null)
                return AccessErrors.NotTheirSignature();

            return _changes[id] = change with
            {
                Signatures = [.. change.Signatures, own],
                SignedBy = [.. change.SignedBy, signer.Id],
            };
        }
    }

    /// <summary>Whether the persons who signed bear the change now: one of them may have left since.</summary>
    public bool IsBorne(WaitingChange change) => change.SignedBy.Count(id =>
        log.State.Roster.Live(id) is { } signer && RosterState.MaySign(signer, change.Person)) >= 2;

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var over in _changes.Values.Where(c => c.Until <= now).Select(c => c.Id).ToList())
            _changes.Remove(over);
    }
}
