using System.CommandLine;
using Provost.Cli.Output;

namespace Provost.Cli.Findings;

/// <summary><c>provost findings</c>: gaps in the records of systems, each with who is to settle it.</summary>
internal static class FindingsCommand
{
    public static Command Create()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var code = new Option<string>("--code") { Description = "Of this kind, such as owner_left or record_stale." };
        var tier = new Option<string>("--tier") { Description = "Of systems of this tier." };
        var mine = new Option<bool>("--mine") { Description = "Only those that are yours to settle." };
        var page = new PageOptions();
        return Verb.Create(
            "findings", "What is missing in the records of systems, and whose is it to settle?",
            [system, code, tier, mine, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/findings",
                    [
                        ("system", parse.GetValue(system)), ("code", parse.GetValue(code)),
                        ("tier", parse.GetValue(tier)), ("mine", parse.GetValue(mine) ? "true" : null),
                        .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "No record has a gap of that kind.", ("System", "system"), ("Environment", "environment"),
                ("Tier", "tier"), ("Gap", "message"), ("Since", "since"), ("Whose", "owner.name"),
                ("How to settle", "remedy")));
    }
}
