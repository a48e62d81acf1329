using System.Globalization;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Warrants;

namespace Provost.Control.Envelopes;

/// <summary>A part that may vary.</summary>
/// <param name="Part">As a variant's change names it: <c>parameters.temperature</c>.</param>
public sealed record EnvelopePart(string Part, string Bound);

/// <summary>An envelope that persons approved.</summary>
/// <param name="Warrant">The warrant that it stands in.</param>
/// <param name="Version">Version of that warrant's release.</param>
/// <param name="Standing"><c>open</c>, <c>closed</c> (for now) or <c>over</c> (for good).</param>
/// <param name="Closed">Why it takes no variant now, one sentence each.</param>
/// <param name="UsedToday">Variants of today, in UTC.</param>
/// <param name="EndsAt">It is over then, and its variants with it.</param>
/// <param name="Variants">Variants ever issued.</param>
public sealed record EnvelopeLine(
    Guid Warrant, string System, string Environment, string Version, string Release, string Standing,
    IReadOnlyList<string> Closed, int UsedToday, int PerDay, DateTimeOffset EndsAt, long VariantsLastSeconds,
    int Variants, IReadOnlyList<EnvelopePart> Parts, IReadOnlyDictionary<string, string> Minimum);

/// <summary>A release that an envelope admitted, with all that it was admitted on.</summary>
/// <param name="Standing">As of any release: <c>live</c>, <c>in force</c>, <c>revoked</c>, <c>expired</c>.</param>
/// <param name="By">Who put it forward.</param>
/// <param name="Number">The how-maniest of its day.</param>
public sealed record VariantLine(
    Guid Warrant, string Version, string Release, string Standing, PersonView By, DateTimeOffset SubmittedAt,
    DateTimeOffset IssuedAt, DateTimeOffset EndsAt, int Number, Guid Test, string Evidence,
    IReadOnlyList<VariantMeasure> Measures, IReadOnlyList<VariantChange> Changes);

/// <summary>Envelopes and their variants, from the folded log.</summary>
public sealed class EnvelopeViews(GovernanceLog log, Func<string, PersonView> person, TimeProvider time)
{
    /// <summary>The words of <see cref="EnvelopeLine.Standing"/>.</summary>
    public static readonly IReadOnlyList<string> Standings = ["open", "closed", "over"];

    /// <summary>Every envelope that was ever approved, newest first.</summary>
    public IReadOnlyList<EnvelopeLine> List()
    {
        var (state, now) = (log.State, time.GetUtcNow());
        return
        [
            .. state.Warrants.Issued.Reverse().Where(w => w.Says is { Variant: null, Envelope: not null })
                .Select(w => Line(state, w, now)),
        ];
    }

    /// <summary>The envelopes of one system in one environment, newest first.</summary>
    public static IReadOnlyList<EnvelopeLine> Of(GovernanceState state, SystemKey key, DateTimeOffset now) =>
    [
        .. state.Warrants.Of(key).Where(w => w.Says is { Variant: null, Envelope: not null })
            .Select(w => Line(state, w, now)),
    ];

    /// <summary>The envelope in a warrant; null where it has none.</summary>
    public EnvelopeLine? Find(Guid warrant) =>
        log.State.Warrants.Find(warrant) is { Says: { Variant: null, Envelope: not null } } found
            ? Line(log.State, found, time.GetUtcNow())
            : null;

    /// <summary>The variants of an envelope, newest first.</summary>
    public IReadOnlyList<VariantLine> Variants(Guid warrant)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        return state.Warrants.Find(warrant) is not { } envelope
            ? []
            : [.. VariantsOf(state, envelope).Select(w => Line(state, w, now, person))];
    }

    /// <summary>The warrants of an envelope's variants, newest first.</summary>
    public static IEnumerable<Warrant> VariantsOf(GovernanceState state, Warrant envelope) =>
        state.Warrants.Of(envelope.Key).Where(w => w.Says.Variant?.Warrant == envelope.Id);

    private static VariantLine Line(
        GovernanceState state, Warrant own, DateTimeOffset now, Func<string, PersonView> person)
    {
        var (says, release) = (own.Says.Variant!, state.Registry.Release(own.Key.System, own.Release)!);
        return new VariantLine(
            own.Id, release.Version, own.Release, Standing.Of(state, own.Key, release, now), person(says.By),
            release.SubmittedAt, own.IssuedAt, own.RevokedAt ?? own.Says.NotAfter, says.Number, says.Test,
            says.Evidence, says.Measures, says.Changes);
    }

    private static EnvelopeLine Line(GovernanceState state, Warrant envelope, DateTimeOffset now)
    {
        var bounds = EnvelopeSpec.Read(envelope.Says.Envelope!.Value);
        var closed = state.Registry.Find(envelope.Key.System, envelope.Key.Environment) is { } system
            ? VariantRule.Closed(state, system, envelope, now)
            : [];
        var ends = new[] { bounds.Ends, envelope.RevokedAt ?? envelope.Says.NotAfter }.Min();
        return new EnvelopeLine(
            envelope.Id, envelope.Key.System, envelope.Key.Environment,
            state.Registry.Release(envelope.Key.System, envelope.Release)?.Version ?? "", envelope.Release,
            now >= ends ? "over" : closed.Count > 0 ? "closed" : "open", closed,
            VariantRule.UsedOn(state, envelope, now), bounds.PerDay, ends, (long)bounds.Lasts.TotalSeconds,
            VariantsOf(state, envelope).Count(),
            [.. EnvelopeBounds.Parts(bounds).Select(p => new EnvelopePart(p.Part, p.Bound))],
            bounds.Minimum.ToDictionary(m => m.Key, m => m.Value.ToString(CultureInfo.InvariantCulture)));
    }
}
