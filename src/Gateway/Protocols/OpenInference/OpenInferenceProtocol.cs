using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Protocols.OpenInference;

/// <summary>
/// Classical scoring by the Open Inference Protocol v2 over HTTP (KServe, Triton, MLServer). The call always goes to
/// the
/// approved version by name, whatever the client left open.
/// </summary>
internal sealed class OpenInferenceProtocol : IProtocol
{
    public string Route => "open-inference.infer";

    public string Kind => "model";

    public const string DialectName = "open-inference";

    public string Dialect => DialectName;

    public ReadFault? Read(ReadOnlyMemory<byte> body, RouteTarget target, CallView view) =>
        InferRequestReader.Read(body, target, view);

    public BindingResult Bind(ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, bool restored) =>
        release.Composition.BindScorer(view.Model.Span, restored ? default : view.ModelVersion.Span);

    public void Supply(
        ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, BindingResult bound, BodyEdits edits)
    {
        // The version goes into the path; the body stays as the client sent it.
    }

    public string UpstreamPath(CompiledRelease release) => PathOf(release.Document.Spec.Model);

    /// <summary>Where the approved version of a model is asked; the upstream's own choice where none is named, which
    /// happens under an adoption alone.</summary>
    public static string PathOf(Manifests.ReleaseModel model) =>
        $"/v2/models/{Uri.EscapeDataString(model.Name)}"
        + (model.Version is { } version ? $"/versions/{Uri.EscapeDataString(version)}" : "") + "/infer";

    public AnswerFate Filter(ReadOnlySpan<byte> body, GatewayCall call, ByteBuffer output) =>
        new InferAnswerFilter(
            call.OutputGuards!, call.Facts, call.Release!.Document.Spec.Model.Name, call.Release.ApprovedModel)
            .Filter(body, output);

    public IStreamFilter OpenStream(GatewayCall call) =>
        throw new NotSupportedException("The protocol has no streams, and its reader never asks for one.");

    public bool TryWriteFallback(GatewayCall call, CompiledRelease release, ByteBuffer output)
    {
        if (release.Fallback?.Outputs is not { } outputs)
        {
            return false;
        }

        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        if (call.View.ClientId is { IsEmpty: false } id && !call.InputGuards!.IsBlocked)
        {
            json.WritePropertyName("id"u8);
            json.WriteRawValue(call.Body.Span.Slice(id.Start, id.Length));
        }

        json.WriteString("model_name"u8, release.Document.Spec.Model.Name);
        json.WriteString("model_version"u8, "fallback"u8);
        json.WriteStartArray("outputs"u8);
        foreach (var (name, value) in outputs)
        {
            WriteTensor(json, name, value, call.View.Rows);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    public void WriteRefusal(Refusal refusal, ByteBuffer output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("error"u8, $"{refusal.Code}: {refusal.Message}");
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, JsonElement value, int rows)
    {
        var datatype = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt64(out _) ? "INT64"u8 : "FP64"u8,
            JsonValueKind.True or JsonValueKind.False => "BOOL"u8,
            _ => "BYTES"u8,
        };
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, datatype);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(rows);
        json.WriteEndArray();
        json.WriteStartArray("data"u8);
        for (var row = 0; row < rows; row++)
        {
            value.WriteTo(json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
