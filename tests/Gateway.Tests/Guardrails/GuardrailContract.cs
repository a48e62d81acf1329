using System.Buffers;
using System.Text;
using System.Text.Json;
using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Tests.Guardrails;

/// <summary>What every guardrail holds, whatever it looks for. Inherit it and give it texts.</summary>
public abstract class GuardrailContract
{
    /// <summary>Id in the catalog.</summary>
    protected abstract string Id { get; }

    /// <summary>Texts, each with at least one finding and some harmless words around it.</summary>
    protected abstract IEnumerable<string> Positives { get; }

    /// <summary>Texts without one, as near to one as can be.</summary>
    protected abstract IEnumerable<string> Negatives { get; }

    [Fact]
    public void Stands_in_the_catalog() => Assert.Contains(Id, GuardrailCatalog.Known);

    [Fact]
    public void Finds_every_positive_and_none_of_the_negatives()
    {
        var set = Set(GuardrailAction.Flag);
        Assert.NotEmpty(Positives);
        Assert.Empty(Positives.Where(t => Whole(set, t).Inspection.Verdict != GuardrailVerdict.Flag));
        Assert.Empty(Negatives.Where(t => Whole(set, t).Inspection != Inspection.Clean));
    }

    [Theory]
    [InlineData(GuardrailAction.Allow)]
    [InlineData(GuardrailAction.Flag)]
    [InlineData(GuardrailAction.Redact)]
    [InlineData(GuardrailAction.Block)]
    [InlineData(GuardrailAction.Fallback)]
    public void Decides_a_stream_as_it_decides_the_whole_text(GuardrailAction action)
    {
        var set = Set(action);
        foreach (var text in Positives.Concat(Negatives))
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var (inspection, rewritten) = Whole(set, text);
            var expected = inspection.Changed ? rewritten : text;
            // Every place to cut in two under redact, where the most can go wrong; a few under the others.
            var stride = action == GuardrailAction.Redact ? 1 : (bytes.Length / 8) + 1;
            for (var cut = 0; cut <= bytes.Length; cut += stride)
            {
                AssertSame(set, [bytes[..cut], bytes[cut..]], inspection, expected);
            }

            AssertSame(set, [.. bytes.Select(b => new[] { b })], inspection, expected);
        }
    }

    [Fact]
    public void Releases_nothing_of_a_finding_under_redact_and_block()
    {
        var (redacting, blocking) = (Set(GuardrailAction.Redact), Set(GuardrailAction.Block));
        foreach (var text in Positives)
        {
            var (redacted, rewritten) = Whole(redacting, text);
            Assert.True(redacted.Changed, text);
            Assert.Equal(Inspection.Clean, Whole(redacting, rewritten).Inspection);
            var blocked = Whole(blocking, text).Inspection;
            Assert.False(blocked.Passes);
            Assert.Equal($"guardrail.{Id}", blocked.Code);
        }
    }

    [Fact]
    public void Blocks_when_a_rule_throws()
    {
        var use = UseOf(GuardrailAction.Flag);
        var broken = GuardrailSet.From(
        [
            use with
            {
                Rules =
                [
                    .. use.Rules.Select(r => r with { Check = _ => throw new InvalidOperationException("broken") }),
                ],
            },
        ]);
        foreach (var text in Positives)
        {
            var whole = Whole(broken, text).Inspection;
            Assert.Equal((GuardrailVerdict.Block, "guardrail.fault"), (whole.Verdict, whole.Code));
            Assert.Equal("failed", Assert.Single(whole.Results).Mode);
            var inspector = broken.Rent("output");
            var released = new ArrayBufferWriter<byte>();
            Assert.False(inspector.Feed(Encoding.UTF8.GetBytes(text), end: true, released));
            Assert.False(inspector.Feed("more"u8, end: true, released));
            Assert.Equal("guardrail.fault", inspector.Code);
            broken.Return(inspector);
        }
    }

    [Fact]
    public void Refuses_settings_it_does_not_know()
    {
        var use = new GuardrailUse(Id, GuardrailAction.Block, JsonElement.Parse("""{"strictness":"high"}"""));
        var fault = Assert.Single(GuardrailSet.Check(use));
        Assert.Equal("strictness", fault.Field);
        Assert.Contains("Known:", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Allocates_nothing_on_clean_text()
    {
        var set = Set(GuardrailAction.Block);
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Your refund of 25.00 is on its way. ", 30)));
        var rewritten = new ArrayBufferWriter<byte>();
        set.InspectWhole("output", text, rewritten);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var inspection = set.InspectWhole("output", text, rewritten);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Same(Inspection.Clean, inspection);
    }

    private protected GuardrailSet Set(GuardrailAction action) => GuardrailSet.From([UseOf(action)]);

    private protected static (Inspection Inspection, string Rewritten) Whole(GuardrailSet set, string text)
    {
        var rewritten = new ArrayBufferWriter<byte>();
        var inspection = set.InspectWhole("output", Encoding.UTF8.GetBytes(text), rewritten);
        return (inspection, Encoding.UTF8.GetString(rewritten.WrittenSpan));
    }

    private UseInForce UseOf(GuardrailAction action)
    {
        var entry = GuardrailCatalog.Find(Id)!;
        var sound = Assert.IsType<GuardrailReading.Sound>(entry.Read(null));
        return new UseInForce(Id, entry.Edition, action, sound.Guardrail.Rules);
    }

    private static void AssertSame(
        GuardrailSet set, IReadOnlyList<byte[]> pieces, Inspection whole, string expected)
    {
        var inspector = set.Rent("output");
        var released = new ArrayBufferWriter<byte>();
        for (var i = 0; i < pieces.Count; i++)
        {
            inspector.Feed(pieces[i], end: i == pieces.Count - 1, released);
        }

        var text = Encoding.UTF8.GetString(released.WrittenSpan);
        Assert.Equal(whole.Verdict, inspector.Verdict);
        Assert.Equal(whole.Code, inspector.Code);
        Assert.Equal(whole.Results, inspector.Results);
        if (whole.Passes)
        {
            Assert.Equal(expected, text);
        }
        else
        {
            Assert.StartsWith(text, expected, StringComparison.Ordinal);
        }

        set.Return(inspector);
    }
}
