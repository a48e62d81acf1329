using System.Text.Json;
using Provost.Control.Access.Passkeys;
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
/// The changes that wait, in memory and in a table that outlives a restart: none has any effect. A row is taken up
/// again only while the log says that this very document was asked for, and its signatures are told apart anew. What
/// counts is what is written once both have signed.
/// </summary>
internal sealed class WaitingChanges(GovernanceLog log, WaitingStore store, TimeProvider time)
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

    /// <summary>Keeps a change: the row first, then the entry without which the row says nothing.</summary>
    public async Task<GovernanceFault?> AddAsync(WaitingChange change, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Forget();
            if (_changes.Count >= AtMost || !_changes.TryAdd(change.Id, change))
                return AccessErrors.TooManyChanges();
        }

        var isKept = false;
        try
        {
            await store.PutAsync(change, cancellationToken);
            var draft = GovernanceDraft.Of(Actor.Person(change.By), change.Person, new ChangeAsked
            {
                Change = change.Id,
                Document = Digest.Of(WaitingDocument.Write(change)),
                Until = change.Until,
            });
            var outcome = await log.AppendAsync(draft, cancellationToken);
            isKept = outcome is GovernanceOutcome.Done;
            return outcome is GovernanceOutcome.Refused refused ? refused.Fault : null;
        }
        finally
        {
            if (!isKept)
                Drop(change.Id);
        }
    }

    /// <summary>Takes up what waited when the server stopped, and clears away what waits no more.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await store.AllAsync(cancellationToken))
        {
            var asked = log.State.Roster.Asked.Changes.GetValueOrDefault(row.Change);
            if (asked is null || asked.Until <= time.GetUtcNow()
                || WaitingDocument.Read(asked, row.Document, row.Signatures) is not { } change
                || log.State.Nonces.Contains(NonceOf(change)))
            {
                await store.RemoveAsync(row.Change, cancellationToken);
                continue;
            }

            lock (_lock)
                _changes.TryAdd(change.Id, change with { SignedBy = SignersOf(change) });
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

    /// <summary>Forgets a change, its row too.</summary>
    public async Task RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        Drop(id);
        await store.RemoveAsync(id, cancellationToken);
    }

    /// <summary>The change with one more person's signature, which a restart does not forget.</summary>
    public async Task<Answer<WaitingChange>> SignAsync(
        Guid id, Person signer, JsonElement json, CancellationToken cancellationToken)
    {
        var signed = Sign(id, signer, json);
        if (signed.Fault is null)
            await store.PutAsync(signed.Value, cancellationToken);

        return signed;
    }

    private Answer<WaitingChange> Sign(Guid id, Person signer, JsonElement json)
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
                return PasskeyErrors.Of(signer, envelope, time.GetUtcNow()) ?? AccessErrors.NotTheirSignature();

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

    private void Drop(Guid id)
    {
        lock (_lock)
            _changes.Remove(id);
    }

    /// <summary>The nonce of what everybody signs: once it has had its effect, nothing waits any more.</summary>
    private static string NonceOf(WaitingChange change)
    {
        using var statement = JsonDocument.Parse(change.Payload);
        return statement.RootElement.GetProperty("predicate").GetProperty("nonce").GetString()!;
    }

    /// <summary>Who with standing made one of the signatures, by the keys that count now.</summary>
    private IReadOnlyList<string> SignersOf(WaitingChange change)
    {
        var envelope = new Envelope(
            Gateway.Warrants.Statement<Gateway.Warrants.ActPredicate>.PayloadType, change.Payload, change.Signatures);
        return
        [
            .. log.State.Roster.People.Values
                .Where(p => RosterState.MaySign(p, change.Person) && p.SignerOf(envelope, time.GetUtcNow()) is not null)
                .Select(p => p.Id),
        ];
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var over in _changes.Values.Where(c => c.Until <= now).Select(c => c.Id).ToList())
            _changes.Remove(over);
    }
}
