using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// What the record says of every guardrail of the release that a call was compared with: it looked, or why it did not.
/// None is left out, so that a guardrail which was never asked can be told from one that found nothing.
/// </summary>
internal static class ControlReport
{
    private const string Input = "input";
    private const string Output = "output";

    public static GuardrailReport Of(GatewayCall call)
    {
        if (call.Release is not { } release)
        {
            return GuardrailReport.None;
        }

        if (call.InputGuards is not { } input || call.OutputGuards is not { } output)
        {
            return new GuardrailReport(
                Set: null, [],
                [.. Skipped(Input, release.Input, "refused"), .. Skipped(Output, release.Output, "refused")]);
        }

        var allLooked = HasLooked(input) && HasLooked(output);
        if (allLooked && input.Found.Count == 0 && output.Found.Count == 0)
        {
            return release.Clean;
        }

        var results = new List<GuardrailException>();
        var ran = new List<string>();
        Add(Input, input, "refused", ran, results);
        Add(Output, output, WhyNoOutput(call, input), ran, results);
        return new GuardrailReport(output.Set.Digest, allLooked ? release.Clean.Ran : ran, results);
    }

    /// <summary>The guardrails of one direction as records name those that looked.</summary>
    public static IEnumerable<string> Looked(string direction, GuardrailSet set) =>
        set.Ran.Select(id => set.OnTrial.Contains(id) ? $"{direction}:{id}:shadow" : $"{direction}:{id}");

    private static bool HasLooked(TextGuards guards) => guards is { HasLooked: true, Failure: null };

    private static void Add(
        string direction, TextGuards guards, string whyNot, List<string> ran, List<GuardrailException> results)
    {
        results.AddRange(guards.Found.Select(f => new GuardrailException(
            f.Id, f.Surface, f.Mode, Word(f.Verdict), f.Count)));
        if (guards.Failure is { } failure)
        {
            results.AddRange(guards.Set.Ran.Select(id => new GuardrailException(
                id, direction, "failed", Word(GuardrailVerdict.Block), 0, Reason: failure)));
        }
        else if (guards.HasLooked)
        {
            ran.AddRange(Looked(direction, guards.Set));
        }
        else
        {
            results.AddRange(Skipped(direction, guards.Set, whyNot));
        }
    }

    private static IEnumerable<GuardrailException> Skipped(string direction, GuardrailSet set, string reason) =>
        set.Ran.Select(id => new GuardrailException(id, direction, "skipped", null, 0, Reason: reason));

    private static string WhyNoOutput(GatewayCall call, TextGuards input) =>
        call.Outcome == Outcome.Fallback ? "fallback"
        : input.IsBlocked ? "input_blocked"
        : call.IsUnreadable ? "unreadable"
        : "no_answer";

    private static string Word(GuardrailVerdict verdict) => verdict switch
    {
        GuardrailVerdict.Flag => "flag",
        GuardrailVerdict.Redact => "redact",
        GuardrailVerdict.Fallback => "fallback",
        GuardrailVerdict.Block => "block",
        _ => "allow",
    };
}
