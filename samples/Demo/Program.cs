using Provost.Demo;

var options = DemoOptions.Parse(args);
if (options is null)
{
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

await using var cast = await Cast.AssembleAsync(options, TimeProvider.System, stop.Token);
var report = new StepReport(Console.Out);
try
{
    await Story.PlayAsync(cast, report, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

report.Finish();
if (report.Failed > 0 && options.Ci)
{
    Console.WriteLine("The server said:");
    Console.WriteLine(cast.Server.Output);
}

if (!options.Ci)
{
    await cast.LeaveOpenAsync(Console.Out, stop.Token);
}

return report.Failed == 0 ? 0 : 1;
