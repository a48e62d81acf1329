using Provost.Gateway.Protocols;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Answers with the fallback that the warrant names, without asking the upstream. The features of the request are
/// recorded all the same, so that the end of a drift can be seen.
/// </summary>
internal static class FallbackAnswer
{
    public static Refusal? Write(GatewayCall call)
    {
        if (!call.Protocol.TryWriteFallback(call, call.Release!, call.Released))
        {
            return Refusal.NoWarrant(call.System!);
        }

        call.Outcome = Outcome.Fallback;
        call.ReleasedStream = call.View.IsStream;
        return null;
    }
}
