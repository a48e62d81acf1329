using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Provost.Control.Custody.Processes;
using Provost.Control.Storage;
using Provost.Server.Operations;
using Provost.Server.Start;

namespace Provost.Server;

/// <summary>The server binary. Exit codes: 0 stopped, 1 failed, 2 used wrongly.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (CustodyProcess.IsAskedFor(args))
            return CustodyProcess.Run(args, Console.Out, Console.Error);

        return await ServeAsync(args);
    }

    /// <summary>Apart, so that a process that holds keys loads nothing of what the server needs.</summary>
    private static async Task<int> ServeAsync(string[] args)
    {
        var (options, faults) = ServerOptions.Parse(args);
        var (platform, fault) = options is null ? (null, null) : PlatformFile.Read(options.Settings);
        fault ??= platform is null ? null : AnchorWiring.Fault(platform, options!.Data) is { } anchor
            ? $"{options.Settings}: {anchor}"
            : null;
        if (options is null || platform is null || fault is not null)
        {
            foreach (var line in fault is null ? faults : [fault])
                await Console.Error.WriteLineAsync(line);
            return 2;
        }

        using var logs = LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Information)
                .AddFilter("Microsoft", LogLevel.Warning)
                // at any level of this category the host makes an activity and a log scope for every call
                .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
                .AddJsonConsole(json => json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ");
            Telemetry.AddLogs(logging);
        });
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Ask(signal, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Ask(signal, stop));
        try
        {
            return await new ProvostServer(options, platform, TimeProvider.System, logs, Console.Out)
                .RunAsync(stop.Token);
        }
        catch (PrivatePostgresException missing)
        {
            await Console.Error.WriteLineAsync($"{missing.Message} {missing.Remedy}");
            return 1;
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException
            or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"The server cannot start or go on: {broken.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static void Ask(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
