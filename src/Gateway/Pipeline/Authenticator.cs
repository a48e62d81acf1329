using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Provost.Gateway.Budgets;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Step 1: who calls. The check digits come first, then a look-up by id, then the hash in constant time. Then the call
/// takes its place among those in flight and among those of its key.
/// </summary>
internal sealed class Authenticator(SnapshotHolder snapshots, KeyMeters meters)
{
    private const string Bearer = "Bearer ";

    public Refusal? Authenticate(GatewayCall call)
    {
        if (snapshots.Current is not { } snapshot)
        {
            return Refusal.NotReady;
        }

        if (Find(KeyText(call.Http.Request), snapshot) is not { } key || key.Key.Expires <= snapshots.Clock.Now)
        {
            return Refusal.UnknownKey;
        }

        return Enter(call, key);
    }

    /// <summary>The key of a request: a bearer token, or Anthropic's and Azure's headers.</summary>
    private static ReadOnlySpan<char> KeyText(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization.AsSpan(Bearer.Length).Trim();
        }

        var other = request.Headers["x-api-key"];
        return (other.Count > 0 ? other : request.Headers["api-key"]).ToString().AsSpan().Trim();
    }

    private static CompiledKey? Find(ReadOnlySpan<char> text, GatewaySnapshot snapshot)
    {
        if (!ClientKeyText.IsWellFormed(text) || snapshot.FindKey(ClientKeyText.IdOf(text)) is not { } key)
        {
            return null;
        }

        Span<byte> ascii = stackalloc byte[ClientKeyText.Length];
        Encoding.ASCII.GetBytes(text, ascii);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Digest.Hash(ascii, hash);
        return CryptographicOperations.FixedTimeEquals(hash, key.Hash) ? key : null;
    }

    private Refusal? Enter(GatewayCall call, CompiledKey key)
    {
        call.Live = snapshots.Live.For(key.Key.System, key.Key.Environment);
        call.Cut = call.Live.Enter();

        // Only now the snapshot that counts: a kill that swaps it earlier is seen here, a later one finds the call in
        // flight.
        var snapshot = snapshots.Current!;
        call.Snapshot = snapshot;
        call.Key = snapshot.FindKey(key.Key.Id);
        call.System = call.Key?.System;
        if (call.Key is null || call.System is null)
        {
            return Refusal.UnknownKey;
        }

        var meter = meters.For(key.Key.Id);
        switch (meter.TryEnter(call.Key.Key.Caps))
        {
            case CapRefusal.None:
                call.Meter = meter;
                return null;
            case CapRefusal.Concurrency:
                return Refusal.Rate("calls at once");
            default:
                return Refusal.Rate("calls a second");
        }
    }
}
