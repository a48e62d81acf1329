using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Provost.Ledger.Statements;

/// <summary>
/// Writes canonical JSON (RFC 8785 in the narrow profile: strings, booleans, null, arrays, objects, integers within
/// ±(2^53-1); keys printable ASCII without quote and backslash, in byte order, no duplicates). Values go straight into
/// the buffer; nothing is allocated per value. Breaking the structure or the order of keys is a bug of the caller and
/// throws <see cref="InvalidOperationException"/>. Not safe for concurrent use; <see cref="Reset"/> makes it reusable.
/// </summary>
/// <remarks>Source of the format: RFC 8785 section 3.2 (escapes 3.2.2.2, order 3.2.3).</remarks>
public sealed class CanonicalWriter(IBufferWriter<byte> output)
{
    /// <summary>Largest magnitude of an integer, 2^53-1: what every JSON reader holds exactly.</summary>
    public const long MaxInteger = (1L << 53) - 1;

    /// <summary>Deepest nesting of arrays and objects.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<char> CharsToEscape = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Select(c => (char)c)) + "\"\\");

    private static readonly SearchValues<byte> BytesToEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly Level[] _levels = new Level[MaxDepth + 1];
    private IBufferWriter<byte> _output = output;
    private byte[] _keys = new byte[256];
    private int _depth;

    private enum Container : byte
    {
        Document,
        Object,
        Array,
    }

    /// <summary>True once exactly one whole value has been written.</summary>
    public bool IsComplete => _depth == 0 && _levels[0].HasValue;

    /// <summary>Begins a new document on another buffer; whatever was open is forgotten.</summary>
    public void Reset(IBufferWriter<byte> next)
    {
        _output = next;
        _depth = 0;
        _levels[0] = default;
    }

    public void BeginObject() => Begin(Container.Object, (byte)'{');

    public void EndObject() => End(Container.Object, (byte)'}');

    public void BeginArray() => Begin(Container.Array, (byte)'[');

    public void EndArray() => End(Container.Array, (byte)']');

    /// <summary>Writes a key; it must sort after the object's previous key, byte by byte.</summary>
    public void Name(ReadOnlySpan<byte> asciiKey)
    {
        ref var level = ref _levels[_depth];
        if (level.Kind != Container.Object || level.AwaitsValue)
            throw new InvalidOperationException("A key belongs into an object, where the previous key has its value.");

        if (!CanonicalScanner.IsKey(asciiKey))
            throw new InvalidOperationException("Keys are printable ASCII without quote and backslash.");

        if (level.HasValue && _keys.AsSpan(level.KeyStart, level.KeyLength).SequenceCompareTo(asciiKey) >= 0)
        {
            throw new InvalidOperationException(
                $"The key {System.Text.Encoding.ASCII.GetString(asciiKey)} is a duplicate or out of order.");
        }

        RememberKey(ref level, asciiKey);
        var span = _output.GetSpan(asciiKey.Length + 4);
        var at = 0;
        if (level.HasValue)
            span[at++] = (byte)',';

        span[at++] = (byte)'"';
        asciiKey.CopyTo(span[at..]);
        at += asciiKey.Length;
        span[at++] = (byte)'"';
        span[at++] = (byte)':';
        _output.Advance(at);
        level.AwaitsValue = true;
    }

    /// <summary>Writes a string; <see cref="ArgumentException"/> on a lone surrogate (it has no UTF-8).</summary>
    public void String(ReadOnlySpan<char> value)
    {
        BeforeValue();
        Byte((byte)'"');
        while (true)
        {
            var plain = value.IndexOfAny(CharsToEscape);
            Encode(plain < 0 ? value : value[..plain]);
            if (plain < 0)
                break;

            Escape((byte)value[plain]);
            value = value[(plain + 1)..];
        }

        Byte((byte)'"');
    }

    /// <summary>Writes a string given as UTF-8; throws <see cref="ArgumentException"/> when it is not UTF-8.</summary>
    public void String(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw new ArgumentException("The string is not valid UTF-8.", nameof(utf8));

        BeforeValue();
        Byte((byte)'"');
        while (true)
        {
            var plain = utf8.IndexOfAny(BytesToEscape);
            _output.Write(plain < 0 ? utf8 : utf8[..plain]);
            if (plain < 0)
                break;

            Escape(utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }

        Byte((byte)'"');
    }

    /// <summary>Writes an integer; throws <see cref="ArgumentOutOfRangeException"/> beyond ±(2^53-1).</summary>
    public void Integer(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxInteger);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -MaxInteger);
        BeforeValue();
        Utf8Formatter.TryFormat(value, _output.GetSpan(20), out var written);
        _output.Advance(written);
    }

    public void Boolean(bool value)
    {
        BeforeValue();
        _output.Write(value ? "true"u8 : "false"u8);
    }

    public void Null()
    {
        BeforeValue();
        _output.Write("null"u8);
    }

    /// <summary>Embeds bytes that are canonical already (a stored record, an envelope); they are not checked.</summary>
    public void Raw(ReadOnlySpan<byte> canonicalValue)
    {
        if (canonicalValue.IsEmpty)
            throw new ArgumentException("A value has at least one byte.", nameof(canonicalValue));

        BeforeValue();
        _output.Write(canonicalValue);
    }

    private void Begin(Container kind, byte bracket)
    {
        BeforeValue();
        if (_depth == MaxDepth)
            throw new InvalidOperationException($"Nesting is limited to {MaxDepth} levels.");

        ref var parent = ref _levels[_depth];
        _levels[++_depth] = new Level { Kind = kind, KeyStart = parent.KeyStart + parent.KeyLength };
        Byte(bracket);
    }

    private void End(Container kind, byte bracket)
    {
        ref var level = ref _levels[_depth];
        if (level.Kind != kind || level.AwaitsValue)
            throw new InvalidOperationException($"There is no {kind} to close here, or its last key has no value.");

        _depth--;
        Byte(bracket);
    }

    private void BeforeValue()
    {
        ref var level = ref _levels[_depth];
        switch (level.Kind)
        {
            case Container.Object when !level.AwaitsValue:
                throw new InvalidOperationException("A value in an object needs a key first.");
            case Container.Document when level.HasValue:
                throw new InvalidOperationException("A document has one value; Reset begins another.");
            case Container.Array when level.HasValue:
                Byte((byte)',');
                break;
        }

        level.AwaitsValue = false;
        level.HasValue = true;
    }

    private void RememberKey(ref Level level, ReadOnlySpan<byte> key)
    {
        var end = level.KeyStart + key.Length;
        if (end > _keys.Length)
            Array.Resize(ref _keys, Math.Max(end, _keys.Length * 2));

        key.CopyTo(_keys.AsSpan(level.KeyStart));
        level.KeyLength = key.Length;
    }

    private void Encode(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;

        var span = _output.GetSpan(text.Length * 3);
        if (Utf8.FromUtf16(text, span, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new ArgumentException("The string holds a lone surrogate, which has no UTF-8.", nameof(text));

        _output.Advance(written);
    }

    private void Escape(byte value)
    {
        var span = _output.GetSpan(6);
        span[0] = (byte)'\\';
        var shorthand = CanonicalScanner.Shorthand(value);
        if (shorthand != 0)
        {
            span[1] = shorthand;
            _output.Advance(2);
            return;
        }

        "u00"u8.CopyTo(span[1..]);
        span[4] = (byte)('0' + (value >> 4));
        span[5] = "0123456789abcdef"u8[value & 15];
        _output.Advance(6);
    }

    private void Byte(byte value)
    {
        _output.GetSpan(1)[0] = value;
        _output.Advance(1);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Level
    {
        public Container Kind;
        public bool HasValue;
        public bool AwaitsValue;
        public int KeyStart;
        public int KeyLength;
    }
}
