using System.CommandLine;
using System.Text.Json;
using Provost.Cli.Output;

namespace Provost.Cli.Incidents;

/// <summary>What failed, minute by minute; taking it.</summary>
internal static class IncidentCommands
{
    public static Command Incidents()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var open = new Option<bool>("--open") { Description = "Only those that are open." };
        var command = Verb.Create(
            "incidents", "What failed, and who has it?", [system, open],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/incidents",
                    ("system", parse.GetValue(system)), ("open", parse.GetValue(open) ? "true" : null)),
                cancellationToken),
            answer => Print.Table(
                answer, "No incident.", ("Opened", "openedAt"), ("System", "system"), ("What", "summary"),
                ("State", "state"), ("Incident", "id")));
        command.Add(Show());
        command.Add(Close());
        return command;
    }

    /// <summary><c>ack</c>: by the incident's id, or by the token of a page's link.</summary>
    public static Command Acknowledge()
    {
        var incident = new Argument<string>("incident") { Description = "The incident's id." };
        return Verb.Create(
            "ack", "Take an incident: the escalation stops.", [incident],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/incidents/{Uri.EscapeDataString(parse.GetValue(incident)!)}/acknowledge",
                null,
                cancellationToken),
            answer => Print.Line($"Acknowledged. {answer["summary"]}"));
    }

    private static Command Close()
    {
        var incident = new Argument<string>("incident") { Description = "The incident's id." };
        return Verb.Create(
            "close", "Close an incident that is recovered.", [incident],
            (parse, client, cancellationToken) => client.PostAsync(
                $"/api/incidents/{Uri.EscapeDataString(parse.GetValue(incident)!)}/close", null, cancellationToken),
            answer => Print.Line($"The incident is {answer["state"]}."));
    }

    private static Command Show()
    {
        var incident = new Argument<string>("incident") { Description = "The incident's id." };
        return Verb.Create(
            "show", "One incident with its timeline.", [incident],
            (parse, client, cancellationToken) => client.GetAsync(
                $"/api/incidents/{Uri.EscapeDataString(parse.GetValue(incident)!)}", cancellationToken),
            answer => Print.Line(answer.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
    }
}
