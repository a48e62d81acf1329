using System.Buffers;
using Provost.Gateway.Protocols;

namespace Provost.Gateway.Pipeline;

/// <summary>Step 2: the body in one piece, read as its protocol says.</summary>
internal static class BodyReading
{
    /// <summary>Bodies above this are refused.</summary>
    public const int MaxBytes = 10 << 20;

    public static async ValueTask<Refusal?> ReadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (!await TryReadAsync(call, cancellationToken))
        {
            return Refusal.TooLarge;
        }

        var fault = call.Protocol.Read(call.Body.Memory, call.Target, call.View);
        return fault is null ? null : Refusal.BadRequest(fault.Path, fault.Message);
    }

    private static async ValueTask<bool> TryReadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        if (request.ContentLength is { } length)
        {
            if (length > MaxBytes)
            {
                return false;
            }

            call.Body.Reserve((int)length);
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (call.Body.Length + result.Buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                return false;
            }

            foreach (var part in result.Buffer)
            {
                call.Body.Write(part.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return true;
            }
        }
    }
}
