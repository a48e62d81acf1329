using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Erasure;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Reveals;
using Provost.Gateway.Manifests;
using Provost.Ledger.Records;
using Provost.Ledger.Vault;

namespace Provost.Control.Why;

/// <summary>What held for a decision, as approved.</summary>
/// <param name="Guardrails"><c>input: pii redact</c>, one text each.</param>
/// <param name="Thresholds">Canonical JSON of the warrant.</param>
public sealed record Constraints(
    string Purpose, string Population, string Tier, string Model, IReadOnlyList<string> Guardrails, string Thresholds,
    string? Fallback, string FailMode);

/// <summary>Where the record stands in the log.</summary>
/// <param name="Checkpoint">The newest checkpoint that covers it, null while none does.</param>
public sealed record ProofView(long Leaf, string LeafHash, string Stream, long Seq, string? Checkpoint);

/// <summary>The whole answer to "why": what happened, who approved it, under what, who gets paged, how to prove
/// it.</summary>
public sealed record WhyAnswer(
    DecisionRow Decision, DecisionStory Story, ApprovedView? Approved, Constraints? Constraints,
    IReadOnlyList<DutyView> PagedNow, OwnersView? Owners, ProofView Proof)
{
    /// <summary>What destroyed the content; null while nothing did.</summary>
    public ContentEnd? Ended { get; init; }

    /// <summary>Where its passages came from; null where the release retrieves nothing.</summary>
    public RetrievalView? Retrieved { get; init; }
}

/// <summary>Content that was destroyed: erased on request, or at the end of its term.</summary>
/// <param name="Kind"><c>erased</c> or <c>term</c>.</param>
/// <param name="Act">Id of the entry in the log.</param>
/// <param name="By">Who ordered it; null for the clock.</param>
/// <param name="Basis">The rule, in clear.</param>
/// <param name="CompleteOn">UTC day on which the last backup of a key is gone.</param>
public sealed record ContentEnd(
    string Kind, Guid Act, PersonView? By, DateTimeOffset At, string Basis, DateOnly CompleteOn);

/// <summary>Content of a decision, revealed for a stated purpose.</summary>
public sealed record ContentView(string? Input, string? Output)
{
    /// <summary>What the application had retrieved for the call, as the release says where it stands; null where the
    /// release says nothing of the kind.</summary>
    public IReadOnlyList<string>? Passages { get; init; }
}

/// <summary>The index that a decision's passages came from, as its release declares it.</summary>
/// <param name="Passages">Which messages hold them; null where they cannot be told apart.</param>
/// <param name="Basis">Always <c>declared</c>: the gateway does not see the index.</param>
public sealed record RetrievalView(string Index, string Version, string? Digest, string? Passages, string Basis);

/// <summary>Opens the payloads of a decision; null when nothing is kept, or its key is gone.</summary>
public delegate Task<ContentView?> ContentReader(DecisionRow decision, CancellationToken cancellationToken);

/// <summary>Joins a decision's record with the governance that was in force for it.</summary>
/// <param name="checkpoint">The newest checkpoint as note text, null before the first.</param>
/// <param name="content">Opens payloads.</param>
/// <param name="orders">Has the vault do what the log orders, ahead of each reading.</param>
/// <param name="vault">Reads entries.</param>
public sealed class WhyDesk(
    GovernanceLog log, DecisionQuery decisions, DecisionSteps steps, BlobStore blobs, SystemViews views,
    Func<string?> checkpoint, ContentReader content, VaultOrders orders, VaultParts vault)
{
    /// <summary>Why a decision went as it did; readers see only systems they may read.</summary>
    public async Task<Answer<WhyAnswer>> FindAsync(Principal asks, Guid id, CancellationToken cancellationToken)
    {
        var found = await ReadableAsync(asks, id, cancellationToken);
        if (found.Fault is { } fault)
            return fault;

        var (row, state) = (found.Value, log.State);
        var warrant = Guid.TryParse(row.Warrant, out var warrantId) ? state.Warrants.Find(warrantId) : null;
        var system = row is { System: { } name, Environment: { } environment }
            ? state.Registry.Find(name, environment)
            : null;
        var line = system is null
            ? null
            : views.List().FirstOrDefault(s => s.Name == row.System && s.Environment == row.Environment);
        var spec = await SpecAsync(row.Release, cancellationToken);
        return new WhyAnswer(
            row,
            await StoryAsync(asks.Person, row, Outcome(row), spec, cancellationToken),
            warrant is null ? null : views.Approved(state, warrant),
            warrant is null ? null : await ConstraintsAsync(warrant.Says, cancellationToken),
            system is null ? [] : views.Duty(state, system),
            line?.Owners,
            new ProofView(
                row.LeafIndex, Convert.ToHexStringLower(row.LeafHash), row.Stream, row.Seq, checkpoint()))
        {
            Ended = EndOf(row),
            Retrieved = spec?.Retrieval is { } from
                ? new RetrievalView(from.Index, from.Version, from.Digest, from.Passages?.ToString(), "declared")
                : null,
        };
    }

    /// <summary>The story of a decision that the person may read; steps of other systems only where they may read
    /// those too.</summary>
    /// <exception cref="Storage.DatabaseDownException">The steps stand in the index.</exception>
    public async Task<DecisionStory> StoryAsync(
        string person, DecisionRow row, OutcomeView? outcome, ReleaseSpec? spec, CancellationToken cancellationToken)
    {
        var found = await steps.OfAsync(row, Permission.Readable(log.State, person), cancellationToken);
        return DecisionStory.Of(
            row, outcome, spec,
            [.. found.Take(DecisionSteps.Most).Select(step => new StepView(
                step.Id, step.Time, step.System, step.Environment, step.Outcome, step.Code, Relation(row, step),
                (step.Time, step.LeafIndex).CompareTo((row.Time, row.LeafIndex)) < 0))],
            found.Count <= DecisionSteps.Most);
    }

    /// <summary>The content, once the reading itself stands in the log.</summary>
    public Task<Answer<ContentView>> RevealAsync(
        Principal asks, Guid id, string purpose, CancellationToken cancellationToken) =>
        RevealAsync(asks, id, purpose, explains: null, cancellationToken);

    /// <param name="explains">The method, where the content is read to explain a score: it is recorded.</param>
    internal async Task<Answer<ContentView>> RevealAsync(
        Principal asks, Guid id, string purpose, string? explains, CancellationToken cancellationToken)
    {
        var why = purpose.Trim();
        if (PlainWords.Check(why, "purpose") is not null)
            return WhyErrors.PurposeMissing();

        if (!Permission.MayReveal(log.State, asks.Person))
            return RevealErrors.ComplianceOnly();

        var found = await ReadableAsync(asks, id, cancellationToken);
        if (found.Fault is { } fault)
            return fault;

        if (EndOf(found.Value) is { } end)
            return WhyErrors.Ended(end);

        try
        {
            orders.CarryOut();
            var body = new ContentRevealed
            {
                Decision = id.ToString(),
                System = found.Value.System ?? "",
                Explains = explains,
                Purpose = why,
            };
            var draft = GovernanceDraft.Of(asks.Actor, id.ToString(), body);
            if (await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused)
                return refused.Fault;

            return await content(found.Value, cancellationToken) is { } revealed
                ? revealed with { Passages = await PassagesAsync(found.Value, revealed, cancellationToken) }
                : WhyErrors.NothingKept();
        }
        catch (IOException away)
        {
            return CustodyErrors.VaultAway(away.Message);
        }
    }

    private async Task<IReadOnlyList<string>?> PassagesAsync(
        DecisionRow row, ContentView revealed, CancellationToken cancellationToken) =>
        await SpecAsync(row.Release, cancellationToken) is { Retrieval.Passages: { } selector }
            && revealed.Input is { } input
            ? selector.Find(input)
            : null;

    /// <summary>What destroyed the content of a decision; null while nothing did.</summary>
    public ContentEnd? EndOf(DecisionRow row)
    {
        var state = log.State;
        if (state.Erasures.Of(row.Id, row.System, row.Subject, row.Time) is { } erased)
        {
            return new ContentEnd(
                "erased", erased.Id, views.Person(erased.By), erased.At, erased.Says.Grounds, erased.Says.CompleteOn);
        }

        if (state.Retention.Runs.IsEmpty)
            return null;

        using var leaf = JsonDocument.Parse(vault.ReadEntry(row.LeafIndex));
        var kind = leaf.RootElement.GetProperty("record").TryGetProperty("retention", out var named)
            ? named.GetString()
            : null;
        var group = new KeyGroup(row.System ?? "", kind ?? "", KeyGroup.MonthOf(row.Time));
        return state.Retention.Of(group, row.Subject) is { } run
            ? new ContentEnd(
                "term", run.Id, run.By == Actor.Self.Id ? null : views.Person(run.By), run.At,
                run.Says.Groups.First(g => g.Group == group).Rule, run.Says.CompleteOn)
            : null;
    }

    internal async Task<Answer<DecisionRow>> ReadableAsync(
        Principal asks, Guid id, CancellationToken cancellationToken)
    {
        // The same answer for absent and unreadable: nobody learns of decisions that are not theirs.
        return await decisions.FindByIdAsync(id, cancellationToken) is { } row
            && Permission.MayReadDecisions(log.State, asks.Person, row.System)
            ? row
            : WhyErrors.Unknown();
    }

    private static string Relation(DecisionRow of, DecisionRow step) =>
        step.Id == of.Parent ? "parent"
        : step.Parent == of.Id ? "child"
        : step.Trace is not null && step.Trace == of.Trace ? "trace"
        : "session";

    private OutcomeView? Outcome(DecisionRow row)
    {
        try
        {
            return DecisionView.Read(LeafReader.Read(vault.ReadEntry(row.LeafIndex)).Record)?.Outcome;
        }
        catch (FormatException)
        {
            return null; // no reason is told from a record that cannot be read; the verifier says where it is wrong
        }
    }

    internal async Task<ReleaseSpec?> SpecAsync(string? release, CancellationToken cancellationToken)
    {
        try
        {
            return release is not null && await blobs.FindAsync(release, cancellationToken) is { } json
                ? ReleaseDocument.Read(json).Spec
                : null;
        }
        catch (ManifestException)
        {
            return null; // a release of another edition: its limits stand in the warrant
        }
    }

    private async Task<Constraints?> ConstraintsAsync(
        Gateway.Warrants.WarrantPredicate says, CancellationToken cancellationToken)
    {
        if (await blobs.FindAsync(says.Release, cancellationToken) is not { } json
            || await blobs.FindAsync(says.Terms, cancellationToken) is not { } terms)
        {
            return null;
        }

        var spec = ReleaseDocument.Read(json).Spec;
        return new Constraints(
            says.Purpose, says.Population, says.Tier, spec.Model.Name,
            [
                .. spec.InputGuardrails.Select(g => $"input: {g.Id} {g.Action}"),
                .. spec.OutputGuardrails.Select(g => $"output: {g.Id} {g.Action}"),
            ],
            says.Thresholds.GetRawText(), says.Fallback?.GetRawText(), SystemDocument.ReadTerms(terms).FailMode);
    }
}

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class WhyErrors
{
    public static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.decisions.unknown",
        "There is no such decision that you may read, or it is not indexed yet.",
        "Owners read their systems' decisions, compliance reads all; a fresh one is indexed within seconds.");

    public static GovernanceFault PurposeMissing() => new GovernanceFault(FaultKind.Invalid, "provost.content.purpose",
        "Content is shown for a stated purpose of 3 to 200 printable characters.",
        "Name the case, without anything about a person: it stands in the log for good.").At("purpose");

    public static GovernanceFault Ended(ContentEnd end) => new(FaultKind.NotFound, "provost.content.ended",
        end.Kind == "erased"
            ? $"The content was erased on {InstantConverter.Text(end.At)[..10]} (UTC); basis: {end.Basis}."
            : $"The content reached the end of its term: {end.Basis}.",
        "The record and its proof still stand.");

    public static GovernanceFault NothingKept() => new(FaultKind.NotFound, "provost.content.gone",
        "No content is kept of this decision, or its key is gone.", "The record and its proof still stand.");
}
