using System.Collections.Frozen;
using System.Text.Json;
using Provost.Gateway.Manifests;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// The keys and the ledger that a gateway is pinned to, from <c>trust.json</c>; never from a snapshot.
/// </summary>
public sealed record SnapshotTrust
{
    public required string Org { get; init; }

    public required string Origin { get; init; }

    public required IReadOnlyList<Ed25519PublicKey> SnapshotKeys { get; init; }

    public required IReadOnlyList<Ed25519PublicKey> WarrantKeys { get; init; }
}

/// <summary>
/// Reads a signed snapshot and believes nothing in it that it has not checked. What is wrong with the snapshot itself
/// refuses it whole; a warrant that does not verify is left out and told, so that it never holds up an order or another
/// system.
/// </summary>
public static class SnapshotReader
{
    /// <summary>Snapshots above this are refused unread.</summary>
    public const int MaxBytes = 256 << 20;

    /// <summary>The compiled snapshot, or why it is refused. Exactly one of the two is null.</summary>
    /// <param name="envelope">DSSE JSON.</param>
    /// <param name="trust">What this gateway is pinned to.</param>
    /// <param name="highestEpoch">The highest epoch ever taken here; the same one again is fine.</param>
    /// <param name="refusal">Why not.</param>
    public static GatewaySnapshot? Admit(
        ReadOnlyMemory<byte> envelope, SnapshotTrust trust, long highestEpoch, out SnapshotRefusal? refusal) =>
        Admit(envelope, trust, highestEpoch, before: null, out refusal);

    /// <summary>The same; releases that the snapshot before had compiled are not compiled again.</summary>
    internal static GatewaySnapshot? Admit(
        ReadOnlyMemory<byte> envelope, SnapshotTrust trust, long highestEpoch, GatewaySnapshot? before,
        out SnapshotRefusal? refusal)
    {
        var payload = Verify(envelope, trust, out refusal);
        if (payload is null)
        {
            return null;
        }

        SnapshotDocument document;
        try
        {
            document = JsonSerializer.Deserialize(payload, SnapshotJson.Default.SnapshotDocument)
                ?? throw new JsonException("the payload is null");
        }
        catch (JsonException broken)
        {
            refusal = new SnapshotRefusal(SnapshotFault.Malformed, broken.Message);
            return null;
        }

        refusal = Fault(document, trust, highestEpoch);
        if (refusal is not null)
        {
            return null;
        }

        return Compile(document, Digest.Of(payload), Warrants(document, trust, before), before, out refusal);
    }

    private static GatewaySnapshot? Compile(
        SnapshotDocument document, string digest, CheckedWarrants warrants, GatewaySnapshot? before,
        out SnapshotRefusal? refusal)
    {
        try
        {
            refusal = null;
            return new SnapshotCompilation(document, digest, warrants, before).Compile();
        }
        catch (Exception broken) when (broken is ManifestException or FormatException or ArgumentException)
        {
            // Terms or keys that cannot be read: ArgumentException is a repeated name among systems, keys or releases.
            refusal = new SnapshotRefusal(SnapshotFault.Malformed, broken.Message);
            return null;
        }
    }

    private static byte[]? Verify(ReadOnlyMemory<byte> json, SnapshotTrust trust, out SnapshotRefusal? refusal)
    {
        if (!Dsse.TryRead(json, MaxBytes, out var envelope, out var fault))
        {
            refusal = new SnapshotRefusal(SnapshotFault.Malformed, fault);
            return null;
        }

        if (envelope.PayloadType != SnapshotDocument.PayloadType)
        {
            refusal = new SnapshotRefusal(SnapshotFault.Malformed, $"payload of type {envelope.PayloadType}");
            return null;
        }

        refusal = trust.SnapshotKeys.Any(envelope.IsSignedBy)
            ? null
            : new SnapshotRefusal(SnapshotFault.Signature, "not signed by a pinned snapshot key");
        return refusal is null ? envelope.Payload : null;
    }

    private static SnapshotRefusal? Fault(SnapshotDocument document, SnapshotTrust trust, long highestEpoch)
    {
        if (document.V != 1)
        {
            return new SnapshotRefusal(SnapshotFault.Malformed, $"version {document.V}; this build reads version 1");
        }

        if (document.Org != trust.Org || document.Origin != trust.Origin)
        {
            return new SnapshotRefusal(
                SnapshotFault.Organisation,
                $"issued for {document.Org} at {document.Origin}, this gateway serves {trust.Org} at {trust.Origin}");
        }

        return document.Epoch < highestEpoch
            ? new SnapshotRefusal(
                SnapshotFault.Epoch, $"epoch {document.Epoch} is older than {highestEpoch}, which was already taken")
            : null;
    }

    private static CheckedWarrants Warrants(SnapshotDocument document, SnapshotTrust trust, GatewaySnapshot? before)
    {
        var check = new WarrantCheck(trust.WarrantKeys, document.Roster);
        var admitted = new List<WarrantPredicate>(document.Warrants.Count);
        var refused = new List<WarrantNotAdmitted>();
        var variants = new List<(WarrantPredicate Warrant, JsonElement Json)>();
        foreach (var json in document.Warrants)
        {
            if (check.Check(json, trust.Org, out var fault) is { } warrant)
            {
                if (warrant.Variant is null)
                    admitted.Add(warrant);
                else
                    variants.Add((warrant, json));

                continue;
            }

            var claims = WarrantCheck.Claims(json);
            refused.Add(new WarrantNotAdmitted(
                claims?.Id, claims?.System, claims?.Environment, claims?.Release, fault!));
        }

        var held = new CheckedVariants(document, admitted, before?.Compared);
        foreach (var (variant, json) in variants)
        {
            if (held.Fault(variant, json) is { } fault)
            {
                refused.Add(new WarrantNotAdmitted(
                    variant.Id, variant.System, variant.Environment, variant.Release,
                    $"warrant {variant.Id} is no variant: {fault}"));
                continue;
            }

            admitted.Add(variant);
        }

        return new CheckedWarrants(admitted, refused)
        {
            Exceptions = CheckedExceptions.Of(document),
            Adoptions = CheckedAdoptions.Of(document),
            Compared = held.Compared,
        };
    }
}

/// <summary>A snapshot's warrants, told apart.</summary>
internal sealed record CheckedWarrants(
    IReadOnlyList<WarrantPredicate> Admitted, IReadOnlyList<WarrantNotAdmitted> Refused)
{
    /// <summary>The exceptions that stand beside them.</summary>
    public CheckedExceptions Exceptions { get; init; } = CheckedExceptions.None;

    /// <summary>What passes before there is any.</summary>
    public CheckedAdoptions Adoptions { get; init; } = CheckedAdoptions.None;

    /// <summary>Digests of the variants' warrants whose documents were compared.</summary>
    public IReadOnlySet<string> Compared { get; init; } = FrozenSet<string>.Empty;
}
