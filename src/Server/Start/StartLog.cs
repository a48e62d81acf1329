using Microsoft.Extensions.Logging;

namespace Provost.Server.Start;

/// <summary>What the host says while it starts, runs and stops.</summary>
internal static partial class StartLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {System} in {Environment}, release {Version}")]
    public static partial void Watching(ILogger logger, string system, string environment, string version);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Gateway listens on {Gateway}, console and API on {Control}")]
    public static partial void Listening(ILogger logger, string gateway, string control);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} calls were in flight when the server last ended: closed as unknown")]
    public static partial void Orphans(ILogger logger, int count);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "{Files} files of destroyed contents were deleted, {Bytes} bytes")]
    public static partial void Swept(ILogger logger, int files, long bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} stopped and is begun again")]
    public static partial void WorkFailed(ILogger logger, Exception fault, string work);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The spool of {Lost} is gone or older than the log: this gateway goes on as {Name}")]
    public static partial void Renamed(ILogger logger, string lost, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: calls in flight are drained")]
    public static partial void Stopping(ILogger logger);
}
