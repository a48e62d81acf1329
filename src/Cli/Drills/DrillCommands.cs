using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;

namespace Provost.Cli.Drills;

/// <summary><c>provost oncall</c> and <c>provost drill</c>: who is reached by pages, and calls that prove it.</summary>
internal static class DrillCommands
{
    public static Command OnCall()
    {
        var unreached = new Option<bool>("--unreached") { Description = "Only those not reached for 90 days." };
        var page = new PageOptions();
        return Verb.Create(
            "oncall", "Who answers for systems or is on call, and when each was last reached.",
            [unreached, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/oncall",
                    [("unreached", parse.GetValue(unreached) ? "true" : null), .. page.Of(parse)]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nobody.", ("Person", "person.name"), ("Id", "person.person"), ("On call", "onCall"),
                ("Offices", "offices"), ("Reached", "reached"), ("Last drill", "drill"), ("At", "drillAt"),
                ("Unreached", "unreached")));
    }

    public static Command Drill() => new("drill", "Call people as a drill, through the channels of real pages.")
    {
        Page(), List(),
    };

    private static Command Page()
    {
        var person = new Argument<string>("person") { Description = "Mail address or id of the person." };
        return Verb.Create(
            "page", "Call a person; pressing the button in the page proves that pages reach them.", [person],
            (parse, client, cancellationToken) => client.PostAsync(
                "/api/drills", new JsonObject { ["person"] = parse.GetValue(person) }, cancellationToken),
            answer => Print.Line($"{answer["person"]?["name"]}: {answer["standing"]} ({answer["said"]})"));
    }

    private static Command List()
    {
        var standing = new Option<string>("--standing")
        {
            Description = "waiting, answered, \"not delivered\" or \"not answered\".",
        };
        var person = new Option<string>("--person") { Description = "Calls of this person, by id." };
        var page = new PageOptions();
        return Verb.Create(
            "list", "Every drill, newest first.", [standing, person, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/drills",
                    [
                        ("standing", parse.GetValue(standing)), ("person", parse.GetValue(person)),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No drill.", ("Person", "person.name"), ("At", "at"), ("Standing", "standing"),
                ("Answered", "answeredAt"), ("Called by", "by.name"), ("Channel said", "said")));
    }
}
