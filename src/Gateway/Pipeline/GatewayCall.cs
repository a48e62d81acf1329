using Microsoft.AspNetCore.Http;
using Provost.Gateway.Binding;
using Provost.Gateway.Budgets;
using Provost.Gateway.Protocols;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Records;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// One call on its way through the pipeline: every step reads what the ones before it left here and leaves its own.
/// Lives
/// as long as the request.
/// </summary>
internal sealed class GatewayCall(HttpContext http, Guid decision, DateTimeOffset time, long started) : IDisposable
{
    public HttpContext Http => http;

    public Guid Decision => decision;

    public DateTimeOffset Time => time;

    /// <summary>Timestamp of the clock at arrival.</summary>
    public long Started => started;

    public required RouteTarget Target { get; init; }

    public IProtocol Protocol => Target.Protocol;

    public GatewaySnapshot? Snapshot { get; set; }

    public CompiledKey? Key { get; set; }

    public CompiledSystem? System { get; set; }

    public LiveSystem? Live { get; set; }

    public KeyMeter? Meter { get; set; }

    /// <summary>Cancelled when the system is killed.</summary>
    public CancellationToken Cut { get; set; }

    public ByteBuffer Body { get; } = new();

    public CallView View { get; } = new();

    /// <summary>The release that the call is bound to; of a refused call the one it was compared with.</summary>
    public CompiledRelease? Release { get; set; }

    public BindingResult Bound { get; set; }

    /// <summary>The exception that the call is made under; null for none, and where it was bound to nothing.</summary>
    public Guid? Exception => Bound.IsBound ? Release?.Exception : null;

    /// <summary>The adoption that the call passes under, ungoverned; null for none.</summary>
    public Guid? Adoption => Release?.Adoption;

    /// <summary>Where the call differs from the release; of a refused call, for its owner alone.</summary>
    public IReadOnlyList<Difference> Differences => Bound.Differences;

    /// <summary>The approved fallback answers instead of the upstream, and why.</summary>
    public bool ServesFallback { get; set; }

    public BodyEdits Edits { get; } = new();

    /// <summary>What goes upstream; the body itself while nothing is edited.</summary>
    public ByteBuffer Forward { get; } = new();

    public TextGuards? InputGuards { get; set; }

    public TextGuards? OutputGuards { get; set; }

    /// <summary>The upstream answered what nobody here can look into; nothing of it is released.</summary>
    public bool IsUnreadable { get; set; }

    public AnswerFacts Facts { get; } = new();

    /// <summary>The person decided about, as the request names them; leaves the process only as a commitment.</summary>
    public string? Subject { get; set; }

    public List<KeyValuePair<string, string>> Cohort { get; } = [];

    public string? DataClass { get; set; }

    public Refusal? Refusal { get; set; }

    public Outcome Outcome { get; set; }

    public Ended Ended { get; set; }

    public int Status { get; set; }

    /// <summary>What was released, for the record: the answer, the events, or the refusal.</summary>
    public ByteBuffer Released { get; } = new();

    public bool ReleasedStream { get; set; }

    /// <summary>Timestamps of the clock; 0 where it did not come to that.</summary>
    public long UpstreamStarted { get; set; }

    public long UpstreamEnded { get; set; }

    public long FirstByte { get; set; }

    /// <summary>Reserved of the key's daily spend; millionths of a US dollar.</summary>
    public long Estimate { get; set; }

    /// <summary>The record of this call, filled in once the call is bound or refused.</summary>
    public DecisionRecord? Record { get; set; }

    /// <summary>An intent record has been written: the outcome need not repeat it.</summary>
    public bool HasIntent { get; set; }

    /// <summary>The outcome is durable.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>The answer needs no record: no decision was made, or it says that it could not be recorded.</summary>
    public bool NeedsNoRecord { get; set; }

    /// <summary>The response has been ended by the step that wrote it.</summary>
    public bool IsReleased { get; set; }

    /// <summary>The body as guardrails left it and the release completed it.</summary>
    public ReadOnlyMemory<byte> ForwardBody => Edits.Any ? Forward.Memory : Body.Memory;

    public void Dispose()
    {
        InputGuards?.Dispose();
        OutputGuards?.Dispose();
        Body.Dispose();
        Edits.Dispose();
        Forward.Dispose();
        Released.Dispose();
    }
}
