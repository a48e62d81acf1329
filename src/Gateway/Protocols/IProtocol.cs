using Provost.Gateway.Binding;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Protocols;

/// <summary>
/// One dialect between a client and an upstream, as the pipeline needs it. Stateless; everything of a call is in its
/// <see cref="GatewayCall"/>.
/// </summary>
internal interface IProtocol
{
    /// <summary>As records name the route: <c>openai.chat</c>.</summary>
    string Route { get; }

    /// <summary>Kind of system that it serves: <c>llm</c> or <c>model</c>.</summary>
    string Kind { get; }

    /// <summary>Whether calls to a system of a kind come this way: an agent and a vendor's endpoint are called as an
    /// LLM application is, and a chain is not called itself.</summary>
    bool Serves(string kind) => kind == Kind || (Kind == "llm" && kind is "agent" or "vendor");

    /// <summary>The dialect a provider must speak.</summary>
    string Dialect { get; }

    /// <summary>Reads the body in place; null when it is what the route takes.</summary>
    ReadFault? Read(ReadOnlyMemory<byte> body, RouteTarget target, CallView view);

    /// <summary>Compares what the call shows with a release. After a rollback the model is what was restored.</summary>
    BindingResult Bind(ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, bool restored);

    /// <summary>Adds what the gateway supplies: prompt, parameters, model, the request for usage.</summary>
    void Supply(
        ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, BindingResult bound, BodyEdits edits);

    /// <summary>Path on the provider, from its base.</summary>
    string UpstreamPath(CompiledRelease release);

    /// <summary>Filters a plain answer into <paramref name="output"/>.</summary>
    AnswerFate Filter(ReadOnlySpan<byte> body, GatewayCall call, ByteBuffer output);

    /// <summary>Opens the filter of a streamed answer.</summary>
    IStreamFilter OpenStream(GatewayCall call);

    /// <summary>
    /// Writes the approved fallback as a plain answer; false when the release has none for this dialect.
    /// </summary>
    bool TryWriteFallback(GatewayCall call, CompiledRelease release, ByteBuffer output);

    /// <summary>Writes a refusal as the body of an error.</summary>
    void WriteRefusal(Refusal refusal, ByteBuffer output);
}

/// <summary>Filters the events of one streamed answer.</summary>
internal interface IStreamFilter : IDisposable
{
    /// <summary>Takes the data of one event and appends what may be released now.</summary>
    StreamFate Feed(ReadOnlySpan<byte> data, ByteBuffer output);

    /// <summary>The event that ends a whole stream.</summary>
    ReadOnlySpan<byte> Terminal { get; }

    /// <summary>Writes the event that ends a stream which is refused on the way.</summary>
    void WriteError(Refusal refusal, ByteBuffer output);
}

/// <param name="Protocol">Whose errors are spoken on this path; it serves calls where <paramref name="Kind"/> says
/// so.</param>
/// <param name="Kind">What is wanted.</param>
/// <param name="Model">Named in the path; empty where the body names it.</param>
/// <param name="Version">Named in the path; empty when it is not.</param>
internal readonly record struct RouteTarget(IProtocol Protocol, RouteKind Kind, string Model = "", string Version = "");

/// <summary>What a path of the data listener is for.</summary>
internal enum RouteKind
{
    Unknown,
    Call,
    ListModels,
    ModelMetadata,
    ModelReady,
    ServerReady,
}
