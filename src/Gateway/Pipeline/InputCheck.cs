using Provost.Gateway.Guardrails;
using Provost.Gateway.Protocols;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Step 5: guardrails look at every text of the request; what they rewrite is spliced into the body that goes upstream,
/// together with what the release has the gateway supply.
/// </summary>
internal static class InputCheck
{
    public static Refusal? Inspect(GatewayCall call)
    {
        var release = call.Release!;
        var inspection = new TextGuards(release.Input);
        call.InputGuards = inspection;
        call.OutputGuards = new TextGuards(release.Output);
        inspection.Begin();
        if (inspection.IsActive)
        {
            if (call.View.UncheckedPart is not null)
            {
                Unchecked(inspection, release);
            }

            InspectTexts(call, inspection);
            if (inspection.IsBlocked)
            {
                return Blocked(call, inspection);
            }
        }

        if (!call.ServesFallback)
        {
            call.Protocol.Supply(call.Body.Memory, call.View, release, call.Bound, call.Edits);
        }

        if (call.Edits.Any)
        {
            call.Edits.Apply(call.Body.Span, call.Forward);
        }

        return null;
    }

    /// <summary>What nobody here can look into is blocked; under an adoption, where guardrails only report, they report
    /// that.</summary>
    private static void Unchecked(TextGuards inspection, CompiledRelease release)
    {
        if (release.Adoption is null)
        {
            inspection.BlockUnchecked();
        }
        else
        {
            inspection.FlagUnchecked("input.unchecked");
        }
    }

    private static Refusal? Blocked(GatewayCall call, TextGuards inspection)
    {
        if (inspection.Verdict == GuardrailVerdict.Fallback && call.Release!.Fallback is not null)
        {
            call.ServesFallback = true;
            return null;
        }

        return Refusal.Guardrail(call.System!, inspection.BlockedBy!);
    }

    private static void InspectTexts(GatewayCall call, TextGuards inspection)
    {
        using var text = new ByteBuffer();
        using var rewritten = new ByteBuffer();
        using var filter = new JsonFilter(inspection, rewritten);
        foreach (var input in call.View.Texts)
        {
            text.Clear();
            rewritten.Clear();
            JsonText.Unescape(call.Body.Span.Slice(input.Json.Start + 1, input.Json.Length - 2), text);
            var changed = input.IsJson
                ? filter.JsonInside(text.Span, input.Surface, rewritten)
                : inspection.Whole(input.Surface, text.Span, rewritten) == TextFate.Rewritten;
            if (inspection.IsBlocked)
            {
                return;
            }

            if (changed)
            {
                var start = call.Edits.Replacement.Length;
                JsonText.WriteQuoted(rewritten.Span, call.Edits.Replacement);
                call.Edits.Commit(input.Json, start);
            }
        }
    }
}
