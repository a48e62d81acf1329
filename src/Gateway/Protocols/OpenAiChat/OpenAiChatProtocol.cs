using System.Runtime.InteropServices;
using System.Text;
using Provost.Gateway.Binding;
using Provost.Gateway.Pipeline;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Protocols.OpenAiChat;

/// <summary>Chat completions, plain and streamed, as OpenAI's clients and servers speak them.</summary>
internal sealed class OpenAiChatProtocol : IProtocol
{
    public string Route => "openai.chat";

    public string Kind => "llm";

    public string Dialect => "openai";

    public ReadFault? Read(ReadOnlyMemory<byte> body, RouteTarget target, CallView view) =>
        ChatRequestReader.Read(body, view);

    public BindingResult Bind(ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, bool restored)
    {
        var supplies = restored && (release.Document.Spec.Prompt?.Injects ?? false);
        return release.Composition.Bind(new ObservedComposition
        {
            Model = supplies ? release.ApprovedModel : view.Model.Span,
            Parameters = CollectionsMarshal.AsSpan(view.Parameters),
            Messages = CollectionsMarshal.AsSpan(view.Prompt),
            Tools = body.Span.Slice(view.Tools.Start, view.Tools.Length),
        });
    }

    public void Supply(
        ReadOnlyMemory<byte> body, CallView view, CompiledRelease release, BindingResult bound, BodyEdits edits)
    {
        if (!view.Model.Span.SequenceEqual(release.ApprovedModel))
        {
            edits.Replace(view.ModelJson, Quoted(release.ApprovedModel));
        }

        if (bound.SuppliesPrompt)
        {
            edits.Insert(view.Payload.Start + 1, Messages(release, !IsEmptyArray(body.Span, view.Payload)));
        }

        for (var i = 0; i < release.Composition.Parameters.Count; i++)
        {
            if ((bound.SuppliedParameters & (1UL << i)) != 0)
            {
                var parameter = release.Composition.Parameters[i];
                edits.Insert(view.ModelJson.End, [(byte)',', .. Quoted(parameter.Name), (byte)':', .. parameter.Json]);
            }
        }

        AskForUsage(body.Span, view, edits);
    }

    public string UpstreamPath(CompiledRelease release) => "/v1/chat/completions";

    public AnswerFate Filter(ReadOnlySpan<byte> body, GatewayCall call, ByteBuffer output) =>
        new ChatAnswerFilter(call.OutputGuards!, call.Facts, call.Release!.Answers).Filter(body, output);

    public IStreamFilter OpenStream(GatewayCall call) => new ChatStreamFilter(
        call.OutputGuards!, call.Facts, call.Release!.Answers, call.View.AsksUsage);

    public bool TryWriteFallback(GatewayCall call, CompiledRelease release, ByteBuffer output) =>
        ChatWriter.TryWriteFallback(call, release, output);

    public void WriteRefusal(Refusal refusal, ByteBuffer output) => ChatWriter.WriteError(refusal, output);

    /// <summary>The ledger needs the counts of a stream whether or not the client asked for them.</summary>
    private static void AskForUsage(ReadOnlySpan<byte> body, CallView view, BodyEdits edits)
    {
        if (!view.IsStream || view.AsksUsage)
        {
            return;
        }

        var options = view.StreamOptions;
        if (options.IsEmpty)
        {
            edits.Insert(view.ModelJson.End, ",\"stream_options\":{\"include_usage\":true}"u8);
        }
        else if (body.Slice(options.Start, options.Length).IndexOf("include_obfuscation"u8) < 0)
        {
            edits.Replace(options, "{\"include_usage\":true}"u8);
        }
        else
        {
            edits.Replace(options, "{\"include_obfuscation\":false,\"include_usage\":true}"u8);
        }
    }

    private static byte[] Messages(CompiledRelease release, bool others)
    {
        var text = new StringBuilder();
        foreach (var message in release.Composition.Prompt)
        {
            text.Append(text.Length > 0 ? "," : "")
                .Append("{\"role\":\"").Append(message.Role).Append("\",\"content\":")
                .Append(Encoding.UTF8.GetString(message.JsonText)).Append('}');
        }

        return Encoding.UTF8.GetBytes(text.Append(others ? "," : "").ToString());
    }

    private static bool IsEmptyArray(ReadOnlySpan<byte> body, ByteRange array) =>
        body.Slice(array.Start + 1, array.Length - 2).IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static byte[] Quoted(byte[] text)
    {
        using var quoted = new ByteBuffer();
        JsonText.WriteQuoted(text, quoted);
        return quoted.Span.ToArray();
    }
}
