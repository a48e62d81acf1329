using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Access;

/// <summary>A key that was issued.</summary>
/// <param name="Key">The whole text, shown once.</param>
public sealed record IssuedKey(string Id, string Key, DateTimeOffset Expires);

/// <summary>Issues and revokes client keys; in force at the gateways before it returns.</summary>
public sealed class ClientKeyDesk(GovernanceLog log, SnapshotPublisher publisher, TimeProvider time)
{
    /// <summary>A key of one system in one environment, with the default caps, for 90 days.</summary>
    public async Task<Answer<IssuedKey>> IssueAsync(
        Principal asks, SystemKey system, CancellationToken cancellationToken)
    {
        var key = ClientKeyText.Create();
        var body = new ClientKeyIssued
        {
            Key = ClientKeyText.IdOf(key),
            Hash = ClientKeyText.HashOf(key),
            System = system.System,
            Environment = system.Environment,
            Caps = ClientKeyState.DefaultCaps,
            Expires = InstantConverter.Whole(time.GetUtcNow() + ClientKeyState.Longest),
        };
        var outcome = await log.AppendAsync(GovernanceDraft.Of(asks.Actor, body.Key, body), cancellationToken);
        if (outcome is GovernanceOutcome.Refused refused)
            return refused.Fault;

        await publisher.PublishAsync(CancellationToken.None);
        return new IssuedKey(body.Key, key, body.Expires);
    }

    /// <summary>Ends a key.</summary>
    public async Task<Answer<IReadOnlyList<PointReport>>> RevokeAsync(
        Principal asks, string id, CancellationToken cancellationToken)
    {
        var body = new ClientKeyRevoked { Key = id };
        var outcome = await log.AppendAsync(GovernanceDraft.Of(asks.Actor, id, body), cancellationToken);
        return outcome is GovernanceOutcome.Refused refused
            ? refused.Fault
            : new Answer<IReadOnlyList<PointReport>>(await publisher.PublishAsync(CancellationToken.None));
    }
}
