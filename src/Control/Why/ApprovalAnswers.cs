using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Ledger.Statements;

namespace Provost.Control.Why;

/// <summary>Who approved this model for this use.</summary>
/// <param name="At">The instant that is asked about: of the decision, else now.</param>
/// <param name="Author">Who put the release forward; null where none is known.</param>
/// <param name="Approved">The warrant and whose signatures it carries; null: nobody approved.</param>
/// <param name="InForce">Whether that warrant was in force at <paramref name="At"/>.</param>
/// <param name="DaysSince">Whole days from its issue to <paramref name="At"/>.</param>
/// <param name="Says">The answer as one sentence.</param>
public sealed record ApprovalAnswer(
    string System, string Environment, DateTimeOffset At, string Purpose, string Population, string? Model,
    PersonView? Author, ApprovedView? Approved, bool InForce, int? DaysSince, string Says);

/// <summary>
/// Answers question 1 from whatever is at hand: a decision's id, the id of a client key, the digest of a release, a
/// system's name or <c>system@version</c>. A decision resolves to the warrant that its record names, never to the
/// latest.
/// </summary>
public sealed class ApprovalAnswers(GovernanceLog log, WhyDesk why, SystemViews views, TimeProvider time)
{
    private const int KeyLength = 10;

    /// <summary>One answer for a decision or a key, one for each environment otherwise.</summary>
    public async Task<Answer<IReadOnlyList<ApprovalAnswer>>> AskAsync(
        Principal asks, string of, CancellationToken cancellationToken)
    {
        var (state, now) = (log.State, time.GetUtcNow());
        if (Guid.TryParse(of, out var decision))
        {
            var row = await why.ReadableAsync(asks, decision, cancellationToken);
            if (row.Fault is { } fault)
                return fault;

            var (system, environment) = (row.Value.System ?? "", row.Value.Environment ?? "");
            var warrant = Guid.TryParse(row.Value.Warrant, out var id) ? state.Warrants.Find(id) : null;
            return new Answer<IReadOnlyList<ApprovalAnswer>>(
                [
                    Answer(
                        state, new SystemKey(system, environment), row.Value.Release, warrant, row.Value.Time,
                        row.Value.UnderException, row.Value.Adoption),
                ]);
        }

        var answers = Digest.IsWellFormed(of) ? OfRelease(state, of, now)
            : of.StartsWith("pk_", StringComparison.Ordinal) && of.Length > KeyLength + 3 ? null
            : OfKey(state, of, now) ?? OfSystem(state, of, now);
        return answers is null ? AnswerErrors.WholeKey()
            : answers.Count == 0 ? AnswerErrors.Unknown(of)
            : new Answer<IReadOnlyList<ApprovalAnswer>>(answers);
    }

    private List<ApprovalAnswer>? OfKey(GovernanceState state, string of, DateTimeOffset now)
    {
        var id = of.StartsWith("pk_", StringComparison.Ordinal) ? of[3..] : of;
        if (state.ClientKeys.Keys.GetValueOrDefault(id) is not { } key)
            return null;

        var live = state.Warrants.Live(key.System, now);
        return [Answer(state, key.System, live?.Release, live, now)];
    }

    private List<ApprovalAnswer> OfRelease(GovernanceState state, string digest, DateTimeOffset now) =>
    [
        .. state.Registry.Releases.Where(r => r.Digest == digest)
            .SelectMany(r => state.Registry.Everywhere(r.System))
            .Select(s => Answer(state, s.Key, digest, Newest(state, s.Key, digest, now), now)),
    ];

    private List<ApprovalAnswer> OfSystem(GovernanceState state, string of, DateTimeOffset now)
    {
        var (name, version) = of.Split('@') is [var system, var at] ? (system, at) : (of, null);
        var release = version is null ? null : state.Registry.Version(name, version)?.Digest;
        if (version is not null && release is null)
            return [];

        return
        [
            .. state.Registry.Everywhere(name).Select(s =>
            {
                var warrant = release is null
                    ? state.Warrants.Live(s.Key, now)
                    : Newest(state, s.Key, release, now);
                return Answer(state, s.Key, release ?? warrant?.Release, warrant, now);
            }),
        ];
    }

    /// <summary>The warrant in force for a release, else the last that was issued for it.</summary>
    private static Warrant? Newest(GovernanceState state, SystemKey key, string release, DateTimeOffset now) =>
        state.Warrants.InForce(key, now).FirstOrDefault(w => w.Release == release)
        ?? state.Warrants.Issued.FindLast(w => w.Key == key && w.Release == release);

    private ApprovalAnswer Answer(
        GovernanceState state, SystemKey key, string? digest, Warrant? warrant, DateTimeOffset at,
        string? exception = null, string? adoption = null)
    {
        var system = state.Registry.Find(key.System, key.Environment);
        var release = digest is null ? null : state.Registry.Release(key.System, digest);
        var approved = warrant is null ? null : views.Approved(state, warrant);
        var inForce = warrant?.IsInForce(at) == true;
        return new ApprovalAnswer(
            key.System, key.Environment, at, warrant?.Says.Purpose ?? system?.Purpose ?? "",
            warrant?.Says.Population ?? system?.Population ?? "",
            release is null || release.Model.Length == 0 ? null : $"{release.Provider}/{release.Model}",
            release is null ? null : views.Person(release.Author), approved, inForce,
            warrant is null ? null : (int)Math.Floor((at - warrant.IssuedAt).TotalDays),
            adoption is not null
                ? $"Nobody approved it for {key.Environment}: it passed UNGOVERNED under adoption {adoption}."
                : exception is null
                ? Words(key, release, warrant, approved, inForce)
                : $"{Words(key, release, warrant, approved, inForce)} It was decided under exception {exception}.");
    }

    private static string Words(
        SystemKey key, ReleaseState? release, Warrant? warrant, ApprovedView? approved, bool inForce)
    {
        var what = release is null ? key.System : $"{key.System} {release.Version}";
        if (warrant is null || approved is null)
            return $"Nobody approved {what} for {key.Environment}: no warrant was in force.";

        var names = string.Join(" and ", approved.Approvals.Select(a => a.By.Name));
        if (approved.Variant is { } variant)
        {
            return $"{names} approved the envelope of {key.System} {variant.Version} for {key.Environment}: "
                + $"{warrant.Says.Purpose} {what} is its variant {variant.Number} of "
                + $"{warrant.Says.NotBefore:yyyy-MM-dd} (UTC), put forward by {variant.By.Name}. "
                + (inForce ? "The warrant was in force." : "The warrant was not in force any more.");
        }

        return $"{names} approved {what} for {key.Environment}: {warrant.Says.Purpose} "
            + (inForce ? "The warrant was in force." : "The warrant was not in force any more.");
    }
}

/// <summary>Every no of this question, with its stable code.</summary>
internal static class AnswerErrors
{
    public static GovernanceFault Unknown(string of) => new GovernanceFault(FaultKind.NotFound,
        "provost.answers.unknown", $"{of} is no decision, key, release or system that is known here.",
        "Give a decision's id, the ten characters of a key after pk_, a digest, or a system's name.").At("of");

    public static GovernanceFault WholeKey() => new GovernanceFault(FaultKind.Invalid, "provost.answers.key",
        "This is a whole client key, and what follows its first ten characters is secret.",
        "Give the ten characters after pk_ alone, and replace the key: addresses are logged.").At("of");
}
