using System.Text.Json;
using Provost.Gateway.Binding;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// What differs from the warranted release, as the payload of a refusal's record: <c>{code, differences: [{path,
/// approved,
/// observed}]}</c>. It holds parts of the request, so the release's own input guardrails go over it first.
/// </summary>
internal static class DifferenceText
{
    public const string Media = "application/vnd.provost.differences+json";

    /// <summary>False when a guardrail blocks it: then only its commitment may be kept.</summary>
    public static bool TryWrite(
        Refusal refusal, IReadOnlyList<Difference> differences, GuardrailSet input, ByteBuffer output)
    {
        using var plain = new ByteBuffer();
        using (var json = new Utf8JsonWriter(plain))
        {
            json.WriteStartObject();
            json.WriteString("code"u8, refusal.Code);
            json.WriteStartArray("differences"u8);
            foreach (var difference in differences)
            {
                json.WriteStartObject();
                json.WriteString("path"u8, difference.Path);
                json.WriteString("approved"u8, difference.Approved);
                json.WriteString("observed"u8, difference.Observed);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        using var guards = new TextGuards(input);
        using var filter = new JsonFilter(guards, output);
        var reader = new Utf8JsonReader(plain.Span);
        reader.Read();
        filter.Scanned(ref reader, "input.difference");
        return !guards.IsBlocked;
    }
}
