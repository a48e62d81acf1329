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
            await cast.Staff.SetUpAsync(code);
        });
        await report.CheckAsync(
            "six persons join, each with a signing key made on their own machine", cast.Staff.JoinAsync);
    }
}
