using Provost.Ledger.Records;
namespace Provost.Gateway.Pipeline;

/// <summary>
/// Tells why a call to an upstream broke off: the kill, the client, the clock, or the upstream itself.
/// </summary>
internal static class Interruption
{
    public static Refusal Of(Exception broken, GatewayCall call)
    {
        if (call.Cut.IsCancellationRequested)
        {
            call.Ended = Ended.Cut;
            return Refusal.Killed(call.System!);
        }

        if (call.Http.RequestAborted.IsCancellationRequested)
        {
            call.Ended = Ended.AbortedClient;
            return Refusal.Upstream("The client left before the answer was there.");
        }

        call.Ended = Ended.AbortedUpstream;
        return broken is OperationCanceledException
            ? Refusal.UpstreamTimeout
            : Refusal.Upstream("The upstream cannot be reached, or broke off.");
    }
}
