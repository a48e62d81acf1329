using Microsoft.Extensions.Logging;

namespace Provost.Control.Response;

public sealed partial class ResponseLoop
{
    [LoggerMessage(LogLevel.Warning, "{Signal} of {System} in {Environment} is over its limit: incident {Incident}")]
    private static partial void LogBreach(
        ILogger logger, string signal, string system, string environment, Guid incident);

    [LoggerMessage(LogLevel.Error, "Incident {Incident} could not be served; it is tried again")]
    private static partial void LogIncidentNotServed(ILogger logger, Exception fault, Guid incident);

    [LoggerMessage(LogLevel.Warning, "{System} in {Environment} of incident {Incident} serves nothing: nobody to call")]
    private static partial void LogSystemGone(ILogger logger, string system, string environment, Guid incident);

    [LoggerMessage(LogLevel.Error, "The order {Action} for {System} in incident {Incident} was not taken")]
    private static partial void LogOrderFailed(
        ILogger logger, Exception fault, string action, string system, Guid incident);

    [LoggerMessage(LogLevel.Error, "Page {Page} of incident {Incident} could not be sent; it is tried again")]
    private static partial void LogPageNotSent(ILogger logger, Exception fault, Guid page, Guid incident);

    [LoggerMessage(LogLevel.Error, "Channel {Channel} failed on page {Page} with a fault of its own")]
    private static partial void LogChannelFault(ILogger logger, Exception fault, string channel, Guid page);
}
