namespace Provost.Gateway.Protocols;

/// <summary>
/// Cuts a stream of server-sent events into the data of each event (WHATWG HTML, "Server-sent events"): LF, CR LF and
/// CR
/// end lines, several <c>data:</c> lines are one text joined by LF, comments and other fields are dropped. What is
/// forwarded is written anew from the data, so nothing outside it can carry text past the guardrails.
/// </summary>
internal sealed class SseReader(int maxEventBytes) : IDisposable
{
    private readonly ByteBuffer _input = new();
    private readonly ByteBuffer _data = new();
    private int _at;
    private bool _hasData;
    private bool _skipLineFeed;
    private bool _started;

    /// <summary>Adds bytes as they arrived. Spans returned before are no longer valid.</summary>
    /// <returns>False when one event outgrew the limit: the stream cannot be checked any further.</returns>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (_at > 0)
        {
            _input.Consume(_at);
            _at = 0;
        }

        _input.Write(bytes);
        return _input.Length + _data.Length <= maxEventBytes;
    }

    /// <summary>The data of the next complete event; false when more bytes are needed.</summary>
    public bool TryRead(out ReadOnlySpan<byte> data)
    {
        if (_dispatched)
        {
            _data.Clear();
            _hasData = false;
            _dispatched = false;
        }

        while (TryReadLine(out var line))
        {
            if (line.IsEmpty)
            {
                if (_hasData)
                {
                    _dispatched = true;
                    data = _data.Span;
                    return true;
                }

                continue;
            }

            TakeField(line);
        }

        data = default;
        return false;
    }

    public void Dispose()
    {
        _input.Dispose();
        _data.Dispose();
    }

    private bool _dispatched;

    private void TakeField(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("data"u8) || (line.Length > 4 && line[4] != ':'))
        {
            return;
        }

        if (_hasData)
        {
            _data.Write((byte)'\n');
        }

        _hasData = true;
        var value = line.Length > 4 ? line[5..] : default;
        _data.Write(value is [(byte)' ', ..] ? value[1..] : value);
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var rest = _input.Span[_at..];
        if (_skipLineFeed && rest.Length > 0)
        {
            _skipLineFeed = false;
            if (rest[0] == '\n')
            {
                rest = rest[1..];
                _at++;
            }
        }

        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
        {
            line = default;
            return false;
        }

        line = rest[..end];
        _skipLineFeed = rest[end] == '\r';
        _at += end + 1;
        if (!_started)
        {
            _started = true;
            line = line.StartsWith("\uFEFF"u8) ? line[3..] : line;
        }

        return true;
    }
}
