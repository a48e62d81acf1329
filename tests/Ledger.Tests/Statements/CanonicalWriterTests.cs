using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Provost.Ledger.Statements;

public sealed class CanonicalWriterTests
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly CanonicalWriter _writer;

    public CanonicalWriterTests() => _writer = new CanonicalWriter(_buffer);

    private string Written => Encoding.UTF8.GetString(_buffer.WrittenSpan);

    [Fact]
    public void Writes_every_kind_of_value_without_blanks()
    {
        _writer.BeginObject();
        _writer.Name("a"u8);
        _writer.BeginArray();
        _writer.Integer(-9007199254740991);
        _writer.Boolean(true);
        _writer.Null();
        _writer.BeginObject();
        _writer.EndObject();
        _writer.EndArray();
        _writer.Name("b"u8);
        _writer.Raw("{\"x\":1}"u8);
        _writer.Name("c"u8);
        _writer.String("é€😀");
        _writer.EndObject();

        Assert.Equal("""{"a":[-9007199254740991,true,null,{}],"b":{"x":1},"c":"é€😀"}""", Written);
        Assert.True(_writer.IsComplete);
    }

    [Fact]
    public void Escapes_exactly_what_rfc_8785_escapes()
    {
        _writer.String("\u20ac$\u000f\nA'B\"\\\\\"/\u007f\b\t\f\r");

        Assert.Equal("\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\u007f\\b\\t\\f\\r\"", Written);
    }

    [Fact]
    public void Writes_the_same_string_from_characters_and_from_bytes()
    {
        Prop.ForAll<NonNull<string>>(text =>
        {
            if (text.Get.EnumerateRunes().Any(r => r == Rune.ReplacementChar))
                return true;

            var (chars, bytes) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            new CanonicalWriter(chars).String(text.Get);
            new CanonicalWriter(bytes).String(Encoding.UTF8.GetBytes(text.Get));
            return chars.WrittenSpan.SequenceEqual(bytes.WrittenSpan)
                && JsonSerializer.Deserialize<string>(chars.WrittenSpan) == text.Get
                && CanonicalJson.IsCanonical(chars.WrittenSpan);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a", "a")]
    [InlineData("ab", "a")]
    public void Refuses_keys_out_of_order(string first, string second)
    {
        _writer.BeginObject();
        _writer.Name(Encoding.ASCII.GetBytes(first));
        _writer.Null();

        Assert.Throws<InvalidOperationException>(() => _writer.Name(Encoding.ASCII.GetBytes(second)));
    }

    [Fact]
    public void Remembers_the_outer_key_across_an_inner_object()
    {
        _writer.BeginObject();
        _writer.Name("m"u8);
        _writer.BeginObject();
        _writer.Name("a"u8);
        _writer.BeginObject();
        _writer.Name("zzz"u8);
        _writer.Null();
        _writer.EndObject();
        _writer.Name("b"u8);
        _writer.Null();
        _writer.EndObject();

        Assert.Throws<InvalidOperationException>(() => _writer.Name("l"u8));
        _writer.Name("n"u8);
    }

    [Theory]
    [InlineData("é")]
    [InlineData("a\"")]
    [InlineData("a\\")]
    [InlineData("a\n")]
    public void Refuses_keys_that_would_need_an_escape(string key)
    {
        _writer.BeginObject();

        Assert.Throws<InvalidOperationException>(() => _writer.Name(Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void Refuses_broken_structure()
    {
        Assert.Throws<InvalidOperationException>(_writer.EndObject);
        Assert.Throws<InvalidOperationException>(() => _writer.Name("a"u8));
        _writer.BeginObject();
        Assert.Throws<InvalidOperationException>(_writer.Null);
        Assert.Throws<InvalidOperationException>(_writer.EndArray);
        _writer.Name("a"u8);
        Assert.Throws<InvalidOperationException>(_writer.EndObject);
        _writer.Null();
        _writer.EndObject();
        Assert.Throws<InvalidOperationException>(_writer.Null);
    }

    [Fact]
    public void Refuses_integers_that_a_double_cannot_hold()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Integer(CanonicalWriter.MaxInteger + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _writer.Integer(-CanonicalWriter.MaxInteger - 1));
    }

    [Fact]
    public void Refuses_text_that_is_not_unicode()
    {
        Assert.Throws<ArgumentException>(() => _writer.String("\ud800"));
        _writer.Reset(_buffer);
        Assert.Throws<ArgumentException>(() => _writer.String([0xC3, 0x28]));
    }

    [Fact]
    public void Refuses_nesting_beyond_its_limit()
    {
        for (var i = 0; i < CanonicalWriter.MaxDepth; i++)
            _writer.BeginArray();

        Assert.Throws<InvalidOperationException>(_writer.BeginArray);
    }

    [Fact]
    public void Begins_another_document_after_a_reset()
    {
        _writer.BeginObject();
        _writer.Name("z"u8);
        _buffer.ResetWrittenCount();
        _writer.Reset(_buffer);
        _writer.BeginObject();
        _writer.Name("a"u8);
        _writer.Null();
        _writer.EndObject();

        Assert.Equal("{\"a\":null}", Written);
    }
}
