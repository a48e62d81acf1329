using Provost.Stage;

namespace Provost.Demo.Steps;

/// <summary>First start: the setup code makes the administrator; everybody gets a key of their own.</summary>
internal static class Opening
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("0. First start");
        await report.CheckAsync("the setup code makes the first platform administrator, who cannot approve", async () =>
        {
            var code = await cast.Server.SetupCodeAsync(cancellationToken).WaitAsync(
                TimeSpan.FromSeconds(30), cast.Time, cancellationToken);
            (await cast.Pat.RunAsync("login", "--setup", code, "--name", cast.Pat.Name, "--mail", cast.Pat.Mail)).Ok();
        });
        await report.CheckAsync("six persons join, each with a signing key made on their own machine", async () =>
        {
            await JoinAsync(cast, cast.Dana);
            await JoinAsync(cast, cast.Sam, "on-call");
            await JoinAsync(cast, cast.Kim);
            await JoinAsync(cast, cast.Ana, "approver");
            await JoinAsync(cast, cast.Leo, "compliance");
            await JoinAsync(cast, cast.Mia, "approver");
        });
    }

    private static async Task JoinAsync(Cast cast, Persona person, params string[] roles)
    {
        string[] withRoles = [.. roles.SelectMany(r => new[] { "--role", r })];
        var invited = (await cast.Pat.RunAsync(
            ["people", "add", "--name", person.Name, "--mail", person.Mail, "--json", .. withRoles])).Ok();
        (await person.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
        (await person.RunAsync("people", "key")).Ok();
    }
}
