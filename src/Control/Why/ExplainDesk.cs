using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Gateway.Manifests;
using Provost.Gateway.Routing;

namespace Provost.Control.Why;

/// <summary>Asks the approved version of a scoring model once more.</summary>
public delegate Task<Rescored> Rescorer(ReleaseModel model, JsonElement inputs, CancellationToken cancellationToken);

/// <summary>
/// Says why a model scored as it did: by the reasons that the scorer gave with its answer, and by feature ablation
/// where the release allows it. It opens the decision's content, so it needs a purpose and is recorded before as such a
/// reading, with the method; nothing is sent to a scorer whose system is stopped or whose warrant has ended.
/// </summary>
public sealed class ExplainDesk(GovernanceLog log, WhyDesk why, Rescorer rescore, TimeProvider time)
{
    /// <summary>Explanations that this server computes in a minute.</summary>
    public const int AMinute = 10;

    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _begun = new();

    /// <summary>The explanation, once the reading stands in the log.</summary>
    public async Task<Answer<Explanation>> ExplainAsync(
        Principal asks, Guid id, string purpose, CancellationToken cancellationToken)
    {
        var found = await why.ReadableAsync(asks, id, cancellationToken);
        if (found.Fault is { } unreadable)
            return unreadable;

        var row = found.Value;
        var spec = await why.SpecAsync(row.Release, cancellationToken);
        if (row.Score is not { } score || spec is null)
            return ExplainErrors.NoScore();

        var isAblation = Ablation.IsAllowed(spec.Model);
        if (isAblation && (Stopped(row) ?? Limited()) is { } refused)
            return refused;

        var method = isAblation ? $"{Ablation.Method}; {Ablation.Calls(spec.Model)} calls" : "the scorer's own reasons";
        var revealed = await why.RevealAsync(asks, id, purpose, method, cancellationToken);
        if (revealed.Fault is { } closed)
            return closed;

        var explained = await Ablation.ExplainAsync(
            spec.Model, revealed.Value.Input ?? "", revealed.Value.Output, score, time.GetUtcNow(),
            inputs => rescore(spec.Model, inputs, cancellationToken));
        return explained is null ? ExplainErrors.NoFeatures()
            : isAblation || explained.ReasonCodes.Count > 0 ? explained
            : ExplainErrors.NotAllowed();
    }

    /// <summary>Features that a guardrail changed on their way are not sent as they were.</summary>
    private GovernanceFault? Stopped(DecisionRow row)
    {
        var (state, key) = (log.State, new SystemKey(row.System ?? "", row.Environment ?? ""));
        if (row.Outcome != "allowed")
            return ExplainErrors.NotAsItWas();

        return state.Orders.On(key).Any(order => order.Kind is "pause" or "kill")
            || !state.Warrants.InForce(key, time.GetUtcNow()).Any(warrant => warrant.Release == row.Release)
            ? ExplainErrors.Stopped()
            : null;
    }

    private GovernanceFault? Limited()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            while (_begun.TryPeek(out var oldest) && oldest <= now - TimeSpan.FromMinutes(1))
                _begun.Dequeue();
            if (_begun.Count >= AMinute)
                return ExplainErrors.TooMany();

            _begun.Enqueue(now);
            return null;
        }
    }
}

/// <summary>Every no of an explanation, with its stable code.</summary>
internal static class ExplainErrors
{
    public static GovernanceFault NoScore() => new(FaultKind.Conflict, "provost.explanation.no_score",
        "The decision has no score, or its release is not here: there is nothing to explain by features.",
        "See why: rules, limits and guardrails stand there.");

    public static GovernanceFault NotAllowed() => new(FaultKind.Conflict, "provost.explanation.not_allowed",
        "The scorer gave no reasons, and the release has no reference values to compare with.",
        "Give features a reference in the manifest and have the release approved.");

    public static GovernanceFault NoFeatures() => new(FaultKind.Conflict, "provost.explanation.no_features",
        "The recorded request holds no features that can be read.", "The record and its proof still stand.");

    public static GovernanceFault NotAsItWas() => new(FaultKind.Conflict, "provost.explanation.changed",
        "A guardrail changed the call on its way, or the model did not answer it: it is not scored again.",
        "See why: what was changed stands there.");

    public static GovernanceFault Stopped() => new(FaultKind.Conflict, "provost.explanation.stopped",
        "The system is stopped, or the release's warrant is not in force: nothing is sent to its scorer.",
        "Ask again when it serves, or have the release approved again.");

    public static GovernanceFault TooMany() => new(FaultKind.TooMany, "provost.explanation.rate",
        $"This server scores at most {ExplainDesk.AMinute} decisions a minute again.", "Ask again in a minute.");
}
