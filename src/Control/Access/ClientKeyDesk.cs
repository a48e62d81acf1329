using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Snapshot;

namespace Provost.Control.Access;

/// <summary>A key that was issued.</summary>
/// <param name="Key">The whole text, shown once.</param>
public sealed record IssuedKey(string Id, string Key, DateTimeOffset Expires);

/// <summary>What a key is to be allowed; what is left out takes <see cref="ClientKeyState.DefaultCaps"/>.</summary>
/// <param name="RequestsPerSecond">Calls a second, sustained.</param>
/// <param name="Burst">Calls that may come at once after a pause; left out, twice the rate.</param>
/// <param name="Concurrency">Calls in flight.</param>
/// <param name="SpendMicroUsdPerDay">Millionths of a US dollar per UTC day.</param>
public sealed record ClientKeyCaps(
    int? RequestsPerSecond = null, int? Burst = null, int? Concurrency = null, long? SpendMicroUsdPerDay = null)
{
    internal SnapshotCaps OverDefaults()
    {
        var defaults = ClientKeyState.DefaultCaps;
        var rate = RequestsPerSecond ?? defaults.RequestsPerSecond;
        return new SnapshotCaps(
            rate,
            Burst ?? (int)Math.Min(int.MaxValue, 2L * rate),
            Concurrency ?? defaults.Concurrency,
            SpendMicroUsdPerDay ?? defaults.SpendMicroUsdPerDay);
    }
}

/// <summary>Issues and revokes client keys; in force at the gateways before it returns.</summary>
public sealed class ClientKeyDesk(GovernanceLog log, SnapshotPublisher publisher, TimeProvider time)
{
    /// <summary>A key of one system in one environment, for 90 days; its caps stand in the log.</summary>
    public async Task<Answer<IssuedKey>> IssueAsync(
        Principal asks, SystemKey system, ClientKeyCaps caps, CancellationToken cancellationToken)
    {
        var key = ClientKeyText.Create();
        var body = new ClientKeyIssued
        {
            Key = ClientKeyText.IdOf(key),
            Hash = ClientKeyText.HashOf(key),
            System = system.System,
            Environment = system.Environment,
            Caps = caps.OverDefaults(),
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
