using System.Globalization;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Control.Handovers;
using Provost.Control.Intake.Editions;
using Provost.Control.Registry;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Envelopes;

/// <summary>
/// When a release may have a warrant without further persons: it names as its parent the release that persons approved
/// last, that one's warrant has an envelope which is open, and the server's own test proves what the envelope asks.
/// Whether it is within the bounds is asked of the documents by the signer and the gateways, and here of the warrants.
/// </summary>
public static class VariantRule
{
    /// <summary>What is issued is of now; a clock may be off by so much.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>The newest warrant with an envelope that was issued for a release's parent; null where there is
    /// none.</summary>
    public static Warrant? EnvelopeOf(GovernanceState state, SystemKey key, ReleaseState release) =>
        release.Parent is { } parent
            ? state.Warrants.Of(key).FirstOrDefault(
                w => w.Release == parent && w.Says is { Variant: null, Envelope: not null })
            : null;

    /// <summary>The approvals that a warrant stands on: those of its release, for a variant those of the release with
    /// the envelope. Oldest first.</summary>
    public static IEnumerable<Approval> ApprovalsOf(GovernanceState state, Warrant warrant) =>
        state.Approvals.Of(warrant.Key, warrant.Says.Variant?.Origin ?? warrant.Release);

    /// <summary>Variants of an envelope that were issued on an instant's day, in UTC.</summary>
    public static int UsedOn(GovernanceState state, Warrant envelope, DateTimeOffset at) =>
        state.Warrants.Of(envelope.Key).Count(w => w.Says.Variant?.Warrant == envelope.Id
            && w.Says.NotBefore.UtcDateTime.Date == at.UtcDateTime.Date);

    /// <summary>Why an envelope takes no variant at all now, one sentence each; empty while it is open.</summary>
    public static IReadOnlyList<string> Closed(
        GovernanceState state, SystemState system, Warrant envelope, DateTimeOffset at)
    {
        var bounds = EnvelopeSpec.Read(envelope.Says.Envelope!.Value);
        var approved = state.Warrants.InForce(system.Key, at).FirstOrDefault(w => w.Says.Variant is null);
        var orders = state.Orders.On(system.Key).Select(o => o.Kind).Distinct().ToList();
        return [.. new (bool IsSo, string Says)[]
        {
            (system.RetiredAt is not null, "the system is retired"),
            (!envelope.IsInForce(at), "its warrant is not in force any more"),
            (envelope.IsInForce(at) && approved?.Id != envelope.Id, "persons approved a newer release since"),
            (at >= bounds.Ends, $"its last day was {bounds.Until:yyyy-MM-dd}"),
            (UsedOn(state, envelope, at) >= bounds.PerDay, string.Create(
                CultureInfo.InvariantCulture, $"all {bounds.PerDay} variants of today (UTC) are used")),
            (orders.Count > 0, $"the system is under orders ({string.Join(", ", orders)})"),
            (Ownership.IsVacant(state, system), "an owner has left"),
            (Tiering.IsFrozen(system), "a newer edition of the taxonomy raised the system's tier"),
            (!envelope.IsAsDeclared(system), "the system's terms changed since it was approved"),
        }.Where(c => c.IsSo).Select(c => c.Says)];
    }

    /// <summary>Why this release gets no warrant out of an envelope, were it open; empty when it may.</summary>
    public static IReadOnlyList<string> Barred(GovernanceState state, SystemKey key, ReleaseState release) =>
        [.. new (bool IsSo, string Says)[]
        {
            (state.Approvals.RejectionOf(key, release.Digest) is not null, "the release was rejected"),
            (state.Warrants.Of(key).Any(w => w.Release == release.Digest), "the release had its warrant already"),
            (!Permission.MayDeclare(state, release.Author, key.System),
                "who put it forward has left, or may not apply manifests of this system"),
        }.Where(c => c.IsSo).Select(c => c.Says)];

    /// <summary>What is missing of the evidence that an envelope asks, one sentence each; empty when it is proven.
    /// </summary>
    /// <param name="test">The release's newest test with a result; null for none.</param>
    /// <param name="envelope">The bounds.</param>
    /// <param name="at">The instant: a result counts for a while.</param>
    public static IReadOnlyList<string> Missing(Rehearsal? test, EnvelopeSpec envelope, DateTimeOffset at)
    {
        if (test is not { Result: { } result, EndedAt: { } ended })
            return ["a passed test by the server"];

        if (at >= ended + RehearsalState.Counts)
            return [$"a test that is not older than {RehearsalState.Counts.Days} days"];

        return result.Result != TestResultPredicate.Passed
            ? [.. result.Run.Shortfalls]
            : [.. Measures(result, envelope).Where(m => !IsReached(m)).Select(
                m => $"{m.Name} is {(m.Value.Length == 0 ? "not told by the set" : m.Value)}; "
                    + $"the envelope asks {m.Minimum}")];
    }

    /// <summary>What an envelope asks for, as a result tells it; a value that it does not tell is empty.</summary>
    internal static IReadOnlyList<VariantMeasure> Measures(TestResultPredicate result, EnvelopeSpec envelope) =>
    [
        .. envelope.Minimum.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => new VariantMeasure(
            m.Key, result.Run.Measures.FirstOrDefault(f => f.Name == m.Key)?.Value ?? "",
            CanonicalJson.DecimalText(m.Value))),
    ];

    /// <summary>Digest of a test's signed result, as a variant's warrant names it.</summary>
    internal static string EvidenceOf(Rehearsal test) => Digest.Of(Dsse.Write(Dsse.Read(test.Statement!.Value)));

    /// <summary>Why a signed warrant without approvals has no effect; null when an envelope bears it.</summary>
    internal static GovernanceFault? Fault(
        GovernanceState state, SystemState system, ReleaseState release, WarrantPredicate says, DateTimeOffset at)
    {
        var variant = says.Variant!;
        if (EnvelopeOf(state, system.Key, release) is not { } envelope || envelope.Id != variant.Warrant)
            return EnvelopeErrors.NoVariant($"{release.System}@{release.Version}");

        IReadOnlyList<string> closed =
            [.. Closed(state, system, envelope, at), .. Barred(state, system.Key, release)];
        if (closed.Count > 0)
            return EnvelopeErrors.Closed(closed);

        if (VariantCheck.Fault(says, envelope.Says) is { } outside)
            return EnvelopeErrors.Outside([outside]);

        if (variant.By != release.Author || variant.Number != UsedOn(state, envelope, says.NotBefore) + 1
            || (at - says.NotBefore).Duration() > Skew)
        {
            return EnvelopeErrors.Outside(["its warrant names another person, number or day"]);
        }

        var bounds = EnvelopeSpec.Read(envelope.Says.Envelope!.Value);
        var test = state.Rehearsals.Find(variant.Test);
        var missing = Missing(test, bounds, at);
        if (missing.Count > 0)
            return EnvelopeErrors.Unproven(missing);

        return test!.Is.System == release.System && test.Is.Release == release.Digest
            && (release.Evaluation is null || test.Is.Set == release.Evaluation)
            && EvidenceOf(test) == variant.Evidence && variant.Measures.SequenceEqual(Measures(test.Result!, bounds))
                ? null
                : EnvelopeErrors.Unproven(["the evidence that its warrant names is of something else"]);
    }

    private static bool IsReached(VariantMeasure measure) =>
        decimal.TryParse(measure.Value, CultureInfo.InvariantCulture, out var value)
        && value >= decimal.Parse(measure.Minimum, CultureInfo.InvariantCulture);
}
