using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Intake;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Intake;

/// <summary>The route <c>/intake</c>: one page of questions; tier, duties, approvers and the manifest as answers.
/// Registers nothing: the manifest does, from the system's own repository.</summary>
internal static class IntakePages
{
    private const int Longest = 4000;

    public static void MapIntake(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/intake", (
            HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken token) =>
            ShowAsync(
                new IntakeAnswers { Environments = ["production"] }, null, call,
                ports.Governance().Taxonomies.InForce, frames, token));
        routes.MapPost("/intake", JudgeAsync).AddEndpointFilter<ConsoleForm>();
    }

    private static async Task<IResult> JudgeAsync(
        HttpContext call, ConsolePorts ports, FrameSource frames, CancellationToken cancellationToken)
    {
        var rules = ports.Governance().Taxonomies.InForce;
        var form = await call.Request.ReadFormAsync(cancellationToken);
        var answers = Read(form);
        var reading = IntakeReading.Of(answers, rules);
        return form["act"] == "download" && reading.Tiers.Count > 0
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(reading.Manifest), "application/yaml; charset=utf-8", "provost.yaml")
            : await ShowAsync(answers, reading, call, rules, frames, cancellationToken);
    }

    private static async Task<IResult> ShowAsync(
        IntakeAnswers answers, IntakeReading? reading, HttpContext call, Taxonomy rules, FrameSource frames,
        CancellationToken cancellationToken) => new RazorComponentResult<IntakePage>(new
        {
            Frame = await frames.MakeAsync(call, cancellationToken),
            Answers = answers,
            Reading = reading,
            Rules = rules,
        });

    private static IntakeAnswers Read(IFormCollection form) => new()
    {
        Name = Text(form, "name"),
        Unit = Text(form, "unit"),
        Kind = Text(form, "kind"),
        Purpose = Text(form, "purpose"),
        Environments = Words(form, "environments"),
        Business = Text(form, "business"),
        Technical = Text(form, "technical"),
        Deputy = Text(form, "deputy"),
        SecurityContact = Text(form, "security"),
        ComplianceContact = Text(form, "compliance"),
        DataContact = Text(form, "data"),
        Population = Text(form, "population"),
        Exposure = Text(form, "exposure"),
        DataClasses = [.. form["dataClasses"].OfType<string>()],
        Autonomy = Text(form, "autonomy"),
        AnnexIII = Text(form, "annexIII"),
        Practices = [.. form["practices"].OfType<string>()],
        DataSources = Words(form, "dataSources"),
        Keep = Text(form, "keep"),
        FailMode = Text(form, "failMode"),
    };

    private static string Text(IFormCollection form, string name)
    {
        var text = form[name].ToString().Trim();
        return text.Length > Longest ? text[..Longest] : text;
    }

    private static string[] Words(IFormCollection form, string name) => Text(form, name).Split(
        [',', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
