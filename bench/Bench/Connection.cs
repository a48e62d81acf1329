using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Provost.Bench;

/// <summary>One keep-alive HTTP/1.1 connection that sends prepared bytes and reads whole answers.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
    };

    private readonly byte[] _buffer = new byte[1 << 17];
    private int _length;

    public static async Task<Connection> OpenAsync(int port)
    {
        var connection = new Connection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>Sends and reads one answer. Returns its status and when the first byte of the body came.</summary>
    public async ValueTask<(int Status, long FirstByte)> CallAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        _length = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync();
        }

        var status = int.Parse(_buffer.AsSpan(9, 3));
        var body = head + 4;
        var length = ContentLength(_buffer.AsSpan(0, head));
        while (_length == body)
        {
            await ReceiveAsync();
        }

        var first = Stopwatch.GetTimestamp();
        if (length >= 0)
        {
            while (_length < body + length)
            {
                await ReceiveAsync();
            }
        }
        else
        {
            await ReadChunkedAsync();
        }

        return (status, first);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Enough of chunked coding for a target that ends with the empty chunk, trailers or not.</summary>
    private async ValueTask ReadChunkedAsync()
    {
        while (true)
        {
            var text = _buffer.AsSpan(0, _length);
            var end = text.LastIndexOf("\r\n0\r\n"u8);
            if (end >= 0 && text.EndsWith("\r\n\r\n"u8))
            {
                return;
            }

            if (_length > _buffer.Length - 8192)
            {
                // a long stream: only the tail is needed to see its end
                text[^4096..].CopyTo(_buffer);
                _length = 4096;
            }

            await ReceiveAsync();
        }
    }

    private async ValueTask ReceiveAsync()
    {
        var read = await _socket.ReceiveAsync(_buffer.AsMemory(_length));
        if (read == 0)
        {
            throw new IOException("The target closed the connection.");
        }

        _length += read;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("ontent-Length: "u8);
        if (at < 0)
        {
            at = head.IndexOf("ontent-length: "u8);
        }

        return at >= 0 && Utf8Parser.TryParse(head[(at + 15)..], out int length, out _) ? length : -1;
    }
}
