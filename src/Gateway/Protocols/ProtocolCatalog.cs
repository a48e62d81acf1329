using Microsoft.AspNetCore.Http;
using Provost.Gateway.Protocols.OpenAiChat;
using Provost.Gateway.Protocols.OpenInference;

namespace Provost.Gateway.Protocols;

/// <summary>Every dialect of this build and the routes that lead to it. A path that is not here is refused.</summary>
internal static class ProtocolCatalog
{
    /// <summary>Alphabetical.</summary>
    public static IReadOnlyList<IProtocol> All { get; } = [new OpenAiChatProtocol(), new OpenInferenceProtocol()];

    private static readonly IProtocol Chat = All[0];
    private static readonly IProtocol Infer = All[1];

    /// <summary>Where a request leads. Unknown paths under a known prefix keep the dialect of their errors.</summary>
    public static RouteTarget Find(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        if (path.StartsWith("/v2", StringComparison.Ordinal))
        {
            return FindInference(request.Method, path);
        }

        return path switch
        {
            "/v1/chat/completions" when HttpMethods.IsPost(request.Method) => new(Chat, RouteKind.Call),
            "/v1/models" when HttpMethods.IsGet(request.Method) => new(Chat, RouteKind.ListModels),
            _ => new(Chat, RouteKind.Unknown),
        };
    }

    private static RouteTarget FindInference(string method, string path)
    {
        var parts = path.Split('/');
        var isPost = HttpMethods.IsPost(method);
        return parts switch
        {
            ["", "v2", "models", var model, "infer"] when isPost => new(Infer, RouteKind.Call, model),
            ["", "v2", "models", var model, "versions", var version, "infer"] when isPost =>
                new(Infer, RouteKind.Call, model, version),
            _ when isPost => new(Infer, RouteKind.Unknown),
            ["", "v2", "models", var model] => new(Infer, RouteKind.ModelMetadata, model),
            ["", "v2", "models", var model, "versions", var version] =>
                new(Infer, RouteKind.ModelMetadata, model, version),
            ["", "v2", "models", var model, "ready"] => new(Infer, RouteKind.ModelReady, model),
            ["", "v2", "models", var model, "versions", var version, "ready"] =>
                new(Infer, RouteKind.ModelReady, model, version),
            ["", "v2", "health", "live" or "ready"] => new(Infer, RouteKind.ServerReady),
            _ => new(Infer, RouteKind.Unknown),
        };
    }
}
