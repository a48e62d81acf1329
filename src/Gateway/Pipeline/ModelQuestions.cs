using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Provost.Gateway.Protocols;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Answers what a client asks about models from the snapshot alone: only what its key may use exists. No decision is
/// made, so none is recorded.
/// </summary>
internal sealed class ModelQuestions(SnapshotHolder snapshots)
{
    public async Task<Refusal?> AnswerAsync(GatewayCall call)
    {
        var releases = call.System!.Releases.Where(r => r.IsInForce(snapshots.Clock.Now)).ToList();
        using var body = new ByteBuffer();
        switch (call.Target.Kind)
        {
            case RouteKind.ListModels:
                List(releases.Where(r => r.Document.Kind is "llm" or "agent" or "vendor"), body);
                break;
            case RouteKind.ServerReady:
                body.Write("{\"ready\":true}"u8);
                break;
            default:
                if (Find(releases, call.Target) is not { } release)
                {
                    return Refusal.UnknownRoute;
                }

                Metadata(release, call.Target.Kind == RouteKind.ModelReady, body);
                break;
        }

        ResponseHead.Safe(call.Http.Response.Headers, ResponseHead.Json);
        call.Http.Response.ContentLength = body.Length;
        await ResponseHead.SendAsync(call.Http, body.Memory);
        return null;
    }

    private static CompiledRelease? Find(List<CompiledRelease> releases, RouteTarget target) => releases.Find(r =>
        r.Document.Kind == "model" && r.Document.Spec.Model.Name == target.Model
        && (target.Version.Length == 0 || r.Document.Spec.Model.Version == target.Version));

    private static void List(IEnumerable<CompiledRelease> releases, ByteBuffer body)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (var release in releases.DistinctBy(r => r.Document.Spec.Model.Name))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, release.Document.Spec.Model.Name);
            json.WriteString("object"u8, "model"u8);
            json.WriteNumber("created"u8, (release.Warrant?.NotBefore ?? default).ToUnixTimeSeconds());
            json.WriteString("owned_by"u8, release.Provider);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Metadata(CompiledRelease release, bool ready, ByteBuffer body)
    {
        using var json = new Utf8JsonWriter(body);
        var model = release.Document.Spec.Model;
        json.WriteStartObject();
        json.WriteString("name"u8, model.Name);
        if (ready)
        {
            json.WriteBoolean("ready"u8, value: true);
        }
        else
        {
            json.WriteStartArray("versions"u8);
            json.WriteStringValue(model.Version);
            json.WriteEndArray();
            json.WriteString("platform"u8, release.Provider);
        }

        json.WriteEndObject();
    }
}
