using System.CommandLine;
using Provost.Cli.Output;

namespace Provost.Cli.Notices;

/// <summary><c>provost notices</c>: who was told of which date that nears.</summary>
internal static class NoticesCommand
{
    public static Command Create()
    {
        var system = new Option<string>("--system") { Description = "Of this system." };
        var kind = new Option<string>("--kind") { Description = "Of this kind, as warrant_ends." };
        var page = new PageOptions();
        return Verb.Create(
            "notices", "Who was told of which date that nears, and what became of it?",
            [system, kind, page.Limit, page.After],
            (parse, client, cancellationToken) => client.GetAsync(
                Verb.Query(
                    "/api/notices",
                    [
                        ("system", parse.GetValue(system)), ("kind", parse.GetValue(kind)), .. page.Of(parse),
                    ]),
                cancellationToken),
            answer => Print.Table(
                answer, "Nobody was told of anything yet.", ("Kind", "kind"), ("System", "system"),
                ("Environment", "environment"), ("Days before", "days"), ("Person", "person.name"), ("As", "role"),
                ("Begun", "at"), ("Delivered", "deliveredAt"), ("Said", "said"), ("About", "about")));
    }
}
