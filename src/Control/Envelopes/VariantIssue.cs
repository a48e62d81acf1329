using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Warrants;

namespace Provost.Control.Envelopes;

/// <summary>What the signer says in a variant's warrant, from its own fold and from documents that it hashed
/// again.</summary>
internal static class VariantIssue
{
    /// <summary>The predicate; why there is none; null where the release asks for no envelope at all.</summary>
    public static async Task<Answer<WarrantPredicate>?> PredicateAsync(
        GovernanceState state, SystemState system, ReleaseState submitted, ReleaseDocument release,
        Func<string, CancellationToken, Task<byte[]?>> documents, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var key = system.Key;
        if (VariantRule.EnvelopeOf(state, key, submitted) is not { } envelope)
            return null;

        var compared = await CompareAsync(state, envelope, submitted, documents, cancellationToken);
        if (compared.Fault is { } lost)
            return lost;

        if (compared.Value.Outside.Count > 0)
            return EnvelopeErrors.Outside(compared.Value.Outside);

        var bounds = EnvelopeSpec.Read(envelope.Says.Envelope!.Value);
        var test = state.Rehearsals.Newest(key.System, submitted.Digest);
        var missing = VariantRule.Missing(test, bounds, now);
        if (missing.Count > 0)
            return EnvelopeErrors.Unproven(missing);

        if (test!.Is.Set != "sha256:" + release.Files.First(f => f.Path == release.Spec.Evaluation?.Set).Sha256)
            return EnvelopeErrors.Unproven(["a test of the set that the release names"]);

        var says = new WarrantPredicate
        {
            Id = Guid.CreateVersion7(now),
            Org = state.Founded.Facts.Org,
            Environment = key.Environment,
            System = key.System,
            Release = submitted.Digest,
            Terms = envelope.Says.Terms,
            Purpose = envelope.Says.Purpose,
            Population = envelope.Says.Population,
            Tier = envelope.Says.Tier,
            Taxonomy = envelope.Says.Taxonomy,
            Approvals = [],
            Conditions = envelope.Says.Conditions,
            Thresholds = release.Spec.ThresholdsJson,
            Fallback = release.Spec.FallbackJson,
            Owners = new WarrantOwners(system.Owners.Business, system.Owners.Technical, system.Owners.Deputy),
            NotBefore = now,
            NotAfter = bounds.EndOf(now, envelope.Says.NotAfter),
            Supersedes = state.Warrants.Live(key, now)?.Id,
            Variant = new WarrantVariant
            {
                Warrant = envelope.Id,
                Origin = envelope.Release,
                Test = test.Id,
                Evidence = VariantRule.EvidenceOf(test),
                Measures = VariantRule.Measures(test.Result!, bounds),
                Changes = compared.Value.Changes,
                By = submitted.Author,
                Number = VariantRule.UsedOn(state, envelope, now) + 1,
            },
        };
        return VariantRule.Fault(state, system, submitted, says, now) is { } fault ? fault : says;
    }

    /// <summary>Holds the documents of a release against those of its envelope; a document or text that is lost
    /// denies.</summary>
    public static async Task<Answer<VariantVerdict>> CompareAsync(
        GovernanceState state, Warrant envelope, ReleaseState variant,
        Func<string, CancellationToken, Task<byte[]?>> documents, CancellationToken cancellationToken)
    {
        if (state.Registry.Release(variant.System, envelope.Release) is not { } origin)
            return RegistryErrors.NoSuchRelease(envelope.Release);

        try
        {
            return await ReadAsync(origin, documents, cancellationToken) is { } was
                && await ReadAsync(variant, documents, cancellationToken) is { } now
                    ? VariantComparison.Between(was.Release, was.Texts, now.Release, now.Texts)
                    : ApprovalErrors.BlobGone();
        }
        catch (ManifestException)
        {
            return ApprovalErrors.BlobGone();
        }
    }

    private static async Task<(ReleaseDocument Release, Dictionary<string, byte[]> Texts)?> ReadAsync(
        ReleaseState release, Func<string, CancellationToken, Task<byte[]?>> documents,
        CancellationToken cancellationToken)
    {
        if (await documents(release.Digest, cancellationToken) is not { } json)
            return null;

        var document = ReleaseDocument.Read(json);
        var texts = new Dictionary<string, byte[]>();
        foreach (var file in document.Spec.Prompt?.Messages.Select(m => m.File).Distinct() ?? [])
        {
            if (!release.Files.TryGetValue(file, out var digest)
                || await documents(digest, cancellationToken) is not { } bytes)
            {
                return null;
            }

            texts.Add(file, bytes);
        }

        return (document, texts);
    }
}
