using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Provost.SystemTests.Operations;

/// <summary>A collector that takes OTLP over HTTP in protobuf form and keeps what came.</summary>
/// <remarks>
/// Field numbers from opentelemetry-proto 1.x: an export request holds its resources in field 1, those their scopes in
/// 2, those their items in 2; a metric's name is field 1, a span's field 5, a log record's body field 5 with its text
/// in field 1.
/// </remarks>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentBag<(string Signal, byte[] Request)> _requests = [];

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public IReadOnlyList<string> Metrics => [.. Texts("/v1/metrics", [1, 2, 2, 1]).Distinct().Order()];

    public IReadOnlyList<string> Spans => Texts("/v1/traces", [1, 2, 2, 5]);

    /// <summary>The lines as they stand in the log.</summary>
    public IReadOnlyList<string> Lines => Texts("/v1/logs", [1, 2, 2, 5, 1]);

    /// <summary>Attributes of the resources of a signal, key before value.</summary>
    public IReadOnlyList<string> Resource(string signal) =>
        [.. Texts(signal, [1, 1, 1, 1]).Concat(Texts(signal, [1, 1, 1, 2, 1]))];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/{signal}", async (HttpContext call) =>
        {
            Assert.Equal("application/x-protobuf", call.Request.ContentType);
            using var body = new MemoryStream();
            await call.Request.Body.CopyToAsync(body);
            receiver._requests.Add((call.Request.Path.Value!, body.ToArray()));
            call.Response.ContentType = "application/x-protobuf"; // an empty message: all was taken
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Whether the bytes of this text stand anywhere in what came.</summary>
    public bool Holds(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return _requests.Any(r => r.Request.AsSpan().IndexOf(bytes) >= 0);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private List<string> Texts(string signal, int[] path) =>
    [
        .. _requests.Where(r => r.Signal == signal)
            .SelectMany(r => At(r.Request, path))
            .Select(bytes => Encoding.UTF8.GetString(bytes.Span)),
    ];

    private static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, ReadOnlyMemory<int> path) =>
        path.IsEmpty
            ? [message]
            : Fields(message).Where(f => f.Number == path.Span[0]).SelectMany(f => At(f.Bytes, path[1..]));

    /// <summary>The length-delimited fields of a message; the others are read past.</summary>
    private static List<(int Number, ReadOnlyMemory<byte> Bytes)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>)>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    fields.Add(((int)(tag >> 3), message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is none of protobuf's.");
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
