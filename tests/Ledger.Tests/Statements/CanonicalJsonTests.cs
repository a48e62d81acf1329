using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Provost.Ledger.Vectors;

namespace Provost.Ledger.Statements;

public sealed class CanonicalJsonTests
{
    private static readonly Gen<string> Keys =
        Gen.ArrayOf(Gen.Elements("abyz019 _-./~$".ToCharArray())).Select(c => new string(c));

    [Fact]
    public void Sorts_keys_at_every_depth()
    {
        Assert.Equal(
            """{"":3,"10":1,"A":[{"c":2,"d":1}],"a":{"x":null,"y":false}}""",
            From("""{ "a": {"y": false, "x": null}, "A": [ {"d":1,"c":2} ], "10": 1, "": 3 }"""));
    }

    [Theory]
    [InlineData("""{"a":[1,{"b/c":1.5}]}""", "/a/1/b~1c")]
    [InlineData("""{"a":1e2}""", "/a")]
    [InlineData("""{"a":9007199254740992}""", "/a")]
    [InlineData("""{"a":-9007199254740992}""", "/a")]
    [InlineData("""{"a":123456789012345678901234567890}""", "/a")]
    [InlineData("""{"a":1,"b":2,"a":3}""", "/a")]
    [InlineData("""{"a":1,"\u0061":3}""", "/a")]
    [InlineData("""{"x":{"é":1}}""", "/x")]
    [InlineData("""{"x":{"a\"":1}}""", "/x")]
    [InlineData("""["\ud800"]""", "/0")]
    [InlineData("""{"\ud800":1}""", "")]
    public void Names_the_place_of_what_has_no_canonical_form(string json, string pointer)
    {
        var fault = Assert.Throws<CanonicalFault>(() => From(json));

        Assert.Equal(pointer, fault.Pointer);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("9007199254740991")]
    [InlineData("\"\\u000f\\n\\\"€\"")]
    [InlineData("""{"":1,"A":[],"a":{"b":[true,false]}}""")]
    public void Knows_canonical_bytes(string json) => Assert.True(CanonicalJson.IsCanonical(Bytes(json)));

    [Theory]
    [InlineData("")]
    [InlineData(" null")]
    [InlineData("null ")]
    [InlineData("nullnull")]
    [InlineData("-0")]
    [InlineData("-")]
    [InlineData("01")]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("9007199254740992")]
    [InlineData("12345678901234567890")]
    [InlineData("{\"b\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a")]
    [InlineData("{\"\\u0061\":1}")]
    [InlineData("{\"é\":1}")]
    [InlineData("[1,]")]
    [InlineData("[1")]
    [InlineData("[1]]")]
    [InlineData("\"\\/\"")]
    [InlineData("\"\\u0041\"")]
    [InlineData("\"\\u000F\"")]
    [InlineData("\"\\u000a\"")]
    [InlineData("\"\\u00e9\"")]
    [InlineData("\"\n\"")]
    [InlineData("\"\\")]
    [InlineData("\"a")]
    public void Knows_what_is_not_canonical(string json) => Assert.False(CanonicalJson.IsCanonical(Bytes(json)));

    [Theory]
    [InlineData("arrays.json")]
    [InlineData("unicode.json")]
    public void Agrees_with_the_published_vectors(string file)
    {
        var vector = VectorFile.Read("canonical").Single(v => v.Text("file") == file);

        Assert.Equal(vector.Text("output"), From(vector.Text("input")));
        Assert.True(CanonicalJson.IsCanonical(Bytes(vector.Text("output"))));
    }

    /// <summary>Keys beyond printable ASCII and fractions have no canonical form here, in any spelling.</summary>
    [Theory]
    [InlineData("french.json")]
    [InlineData("structures.json")]
    [InlineData("values.json")]
    [InlineData("weird.json")]
    public void Refuses_the_published_vectors_that_lie_outside_the_profile(string file)
    {
        var vector = VectorFile.Read("canonical").Single(v => v.Text("file") == file);

        Assert.Throws<CanonicalFault>(() => From(vector.Text("input")));
        Assert.False(CanonicalJson.IsCanonical(Bytes(vector.Text("output"))));
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8() => Assert.False(CanonicalJson.IsCanonical([0x22, 0xC3, 0x22]));

    [Fact]
    public void Is_a_fixed_point()
    {
        Prop.ForAll(Arb.From(Documents(3)), json =>
        {
            var bytes = CanonicalJson.From(Parse(json));
            return CanonicalJson.IsCanonical(bytes)
                && CanonicalJson.From(Parse(Encoding.UTF8.GetString(bytes))).AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Calls_bytes_canonical_only_when_writing_them_again_gives_them()
    {
        var mutated = from json in Documents(2)
                      from at in Gen.Choose(0, 10_000)
                      from to in Gen.Elements("{}[]\",:01ab \\n-.eu".ToCharArray())
                      select (json, at, to);
        Prop.ForAll(Arb.From(mutated), sample =>
        {
            var bytes = CanonicalJson.From(Parse(sample.json));
            bytes[sample.at % bytes.Length] = (byte)sample.to;
            return CanonicalJson.IsCanonical(bytes) == Rewrites(bytes);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("0.0500", "0.05")]
    [InlineData("-0.0", "0")]
    [InlineData("12.000", "12")]
    [InlineData("-7", "-7")]
    [InlineData("50000", "50000")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    public void Gives_decimals_their_shortest_text(string value, string text) =>
        Assert.Equal(text, CanonicalJson.DecimalText(decimal.Parse(value)));

    private static bool Rewrites(byte[] bytes)
    {
        try
        {
            return CanonicalJson.From(Parse(Encoding.UTF8.GetString(bytes))).AsSpan().SequenceEqual(bytes);
        }
        catch (Exception refused) when (refused is JsonException or CanonicalFault)
        {
            return false;
        }
    }

    private static Gen<string> Documents(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements("null", "true", "false"),
            ArbMap.Default.GeneratorFor<int>().Select(n => n.ToString()),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => JsonSerializer.Serialize(s.Get)));
        if (depth == 0)
            return leaf;

        var inner = Documents(depth - 1);
        var member = from key in Keys from value in inner select (key, value);
        return Gen.OneOf(
            leaf,
            Gen.ArrayOf(inner, 3).Select(items => $"[{string.Join(" , ", items)}]"),
            Gen.ArrayOf(member, 4).Select(members => "{" + string.Join(",", members
                .DistinctBy(m => m.key).Select(m => $"{JsonSerializer.Serialize(m.key)}: {m.value}")) + "}"));
    }

    private static string From(string json) => Encoding.UTF8.GetString(CanonicalJson.From(Parse(json)));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
