using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Decisions;
using Provost.Control.Governance;

namespace Provost.Control.Coverage;

/// <summary><c>/api/guardrails/coverage</c>: the proof that guardrails looked, as JSON, or its gaps as CSV.</summary>
internal static class CoverageApi
{
    private const int DefaultPage = 100;
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(1);

    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/guardrails/coverage",
        (HttpContext call, [AsParameters] CoverageParameters asked, CancellationToken token) =>
            AnswerAsync(call, asked, desks, token));

    private static async Task<IResult> AnswerAsync(
        HttpContext call, CoverageParameters asked, ControlDesks desks, CancellationToken cancellationToken)
    {
        var window = new DecisionParameters(
            asked.System, asked.Environment, null, null, null, null, asked.Since, asked.Until, null, null).ToFilter();
        if (window.Fault is { } unreadable)
            return Problems.Of(unreadable);

        var to = window.Value.To ?? desks.Time.GetUtcNow();
        var question = desks.Coverage.Ask(
            ControlApi.Asks(call), asked.System, asked.Environment, window.Value.From ?? to - DefaultWindow, to);
        if (question.Fault is { } fault)
            return Problems.Of(fault);

        var isCsv = asked.Format == "csv";
        var size = isCsv ? int.MaxValue / 2 : Math.Clamp(asked.Limit ?? DefaultPage, 1, CoverageDesk.LargestPage);
        var page = new GapPage(asked.Guardrail, asked.Findings ?? false, isCsv ? null : asked.After, size);
        var answer = await desks.Coverage.AnswerAsync(question.Value, page, cancellationToken);
        return isCsv
            ? TypedResults.File(Encoding.UTF8.GetBytes(GapText.Csv(answer)), "text/csv; charset=utf-8", "gaps.csv")
            : TypedResults.Ok(answer);
    }
}

/// <summary>The parameters of a request, as text.</summary>
/// <param name="Format">csv for the gaps as a file.</param>
public sealed record CoverageParameters(
    string? System, string? Environment, string? Since, string? Until, string? Guardrail, bool? Findings, int? Limit,
    string? After, string? Format);

/// <summary>Gaps as a file for people: RFC 4180, UTF-8.</summary>
public static class GapText
{
    /// <summary>One header line, then one line a gap. No cell is a stranger's word: ids, digests, instants.</summary>
    public static string Csv(CoverageAnswer answer)
    {
        var text = new StringBuilder("from,to,release,direction,guardrail,calls,mode,reason,finding,decision\r\n");
        foreach (var gap in answer.Gaps)
        {
            text.AppendJoin(',', (string[])
            [
                Instant(gap.From), Instant(gap.To), gap.Release, gap.Direction, gap.Guardrail,
                gap.Calls.ToString(CultureInfo.InvariantCulture), gap.Mode, gap.Reason, gap.IsFinding ? "yes" : "no",
                gap.Decision.ToString(),
            ]).Append("\r\n");
        }

        return text.ToString();
    }

    private static string Instant(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
