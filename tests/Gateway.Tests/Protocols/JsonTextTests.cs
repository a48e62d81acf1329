using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Protocols;

namespace Provost.Gateway.Tests.Protocols;

public sealed class JsonTextTests
{
    [Fact]
    public void Unescapes_as_the_framework_does() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var sound = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get));
            return Unescape(JsonSerializer.Serialize(sound)[1..^1]) == sound;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_quoted_reads_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var utf8 = Encoding.UTF8.GetBytes(text.Get);
            using var quoted = new ByteBuffer();
            JsonText.WriteQuoted(utf8, quoted);
            return JsonSerializer.Deserialize<string>(quoted.Span) == Encoding.UTF8.GetString(utf8);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ud83d", "\uFFFD")]
    [InlineData(@"\ude00x", "\uFFFDx")]
    [InlineData(@"\ud83d\u0041", "\uFFFDA")]
    [InlineData(@"\u0034\n\/\b\f\t\r\\\""", "4\n/\b\f\t\r\\\"")]
    public void Half_a_pair_becomes_the_replacement_character(string raw, string text) =>
        Assert.Equal(text, Unescape(raw));

    private static string Unescape(string raw)
    {
        using var text = new ByteBuffer();
        JsonText.Unescape(Encoding.UTF8.GetBytes(raw), text);
        return Encoding.UTF8.GetString(text.Span);
    }
}
