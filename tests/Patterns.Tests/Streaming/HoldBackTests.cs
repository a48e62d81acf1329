using System.Buffers;
using System.Text;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Provost.Patterns.Streaming;

namespace Provost.Patterns.Tests.Streaming;

public sealed class HoldBackTests
{
    private static readonly PatternSet Set = PatternSet.Compile(NearMatches.Rules);
    private static readonly Reference Slow = new(NearMatches.Rules);

    [Fact]
    public void Releases_a_prefix_of_the_redacted_text_at_every_time_and_all_of_it_at_the_end()
    {
        var samples = from text in NearMatches.Texts
                      from effects in NearMatches.Effects
                      from cuts in NearMatches.Cuts
                      select (text, effects, cuts);
        Prop.ForAll(samples.ToArbitrary(), s => HoldsForEveryPiece(s.text, s.effects, s.cuts))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(800).WithEndSize(40));
    }

    [Theory]
    [InlineData("x ababc y")]
    [InlineData("key=abcd, key=123456")]
    [InlineData("tok_abcdabcd key=12")]
    [InlineData("-BEGIN- 12 tok_abc -END-- rest")]
    [InlineData("no 1２ 3\u200B4\u00A05 yes")]
    [InlineData("ababcab ééa")]
    public void Decides_alike_wherever_a_text_is_cut_in_two(string written)
    {
        var text = Encoding.UTF8.GetBytes(written);
        var effects = NearMatches.Rules.Select(r => (PatternEffect.Redact, $"<{r.Id}>")).ToArray();
        Assert.NotEmpty(Slow.Find(text));
        for (var cut = 0; cut <= text.Length; cut++)
        {
            HoldsForEveryPiece(text, effects, [cut, text.Length]);
        }
    }

    [Fact]
    public void Releases_nothing_from_a_blocking_match_on()
    {
        var hold = HoldBackWith(PatternEffect.Block);
        Assert.Equal("before ", Feed(hold, "before key=ab", "cd after"));
        Assert.True(hold.Blocked);
        Assert.Equal("assignment", NearMatches.Rules[hold.BlockedBy].Id);
        Assert.Equal("", Feed(hold, "and more"));
    }

    [Fact]
    public void Cuts_the_text_where_a_region_passes_its_cap()
    {
        var hold = HoldBackWith(PatternEffect.Redact);
        Assert.Equal("x ", Feed(hold, "x -BEGIN-", new string('z', 21), " y"));
        Assert.True(hold.Blocked);
    }

    [Fact]
    public void Drops_what_it_holds_when_the_stream_is_cut()
    {
        var hold = HoldBackWith(PatternEffect.Redact);
        var released = new ArrayBufferWriter<byte>();
        hold.Feed("safe tok_ab"u8, end: false, released);
        Assert.Equal("safe ", Encoding.UTF8.GetString(released.WrittenSpan));
        hold.Reset();
        Assert.Equal("c", Feed(hold, "c"));
    }

    [Fact]
    public void Counts_overlapping_matches_of_one_rule_once()
    {
        var hold = HoldBackWith(PatternEffect.Report);
        Assert.Equal("bcabcab bcab", Feed(hold, "bcabcab", " bcab"));
        Assert.Equal(2, hold.Counts[5]);
    }

    [Fact]
    public void Holds_no_text_that_no_rule_can_begin_in()
    {
        var hold = HoldBackWith(PatternEffect.Redact);
        var released = new ArrayBufferWriter<byte>();
        foreach (var word in "All of this passes the moment it comes in. ".Split(' '))
        {
            hold.Feed(Encoding.UTF8.GetBytes(word + " "), end: false, released);
            Assert.Equal(0, hold.Held);
        }
    }

    [Fact]
    public void Allocates_nothing_once_it_has_seen_a_stream()
    {
        var hold = HoldBackWith(PatternEffect.Redact);
        var released = new ArrayBufferWriter<byte>(65_536);
        Stream();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Stream();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Stream()
        {
            hold.Reset();
            released.ResetWrittenCount();
            for (var i = 0; i < 200; i++)
            {
                hold.Feed("word 12 key=ab"u8, end: false, released);
                hold.Feed("cd tok_"u8, end: i == 199, released);
            }
        }
    }

    private static bool HoldsForEveryPiece(
        byte[] text, (PatternEffect Effect, string Placeholder)[] effects, int[] cuts)
    {
        var (expected, blocked) = Slow.Redact(text, Slow.Find(text), effects);
        var hold = new HoldBack(new RedactionPlan(Set, effects));
        var released = new ArrayBufferWriter<byte>();
        foreach (var piece in NearMatches.Cut(text, cuts))
        {
            hold.Feed(piece, end: false, released);
            Assert.True(expected.AsSpan().StartsWith(released.WrittenSpan), "released what is not a prefix");
            Assert.True(hold.Blocked || hold.Held <= Set.Longest, $"held {hold.Held} bytes");
            Assert.True(!Utf8.IsValid(text) || Utf8.IsValid(released.WrittenSpan), "released half a code point");
        }

        hold.Feed([], end: true, released);
        Assert.Equal(Encoding.Latin1.GetString(expected), Encoding.Latin1.GetString(released.WrittenSpan));
        Assert.Equal(blocked, hold.Blocked);
        Assert.True(blocked || hold.Held == 0);
        return true;
    }

    private static HoldBack HoldBackWith(PatternEffect effect) =>
        new(new RedactionPlan(Set, [.. NearMatches.Rules.Select(r => (effect, $"<{r.Id}>"))]));

    private static string Feed(HoldBack hold, params string[] pieces)
    {
        var released = new ArrayBufferWriter<byte>();
        for (var i = 0; i < pieces.Length; i++)
        {
            hold.Feed(Encoding.UTF8.GetBytes(pieces[i]), end: i == pieces.Length - 1, released);
        }

        return Encoding.UTF8.GetString(released.WrittenSpan);
    }
}
