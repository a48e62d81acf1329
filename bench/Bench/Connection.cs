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

    /// <summary>For <see cref="Call"/>, which blocks.</summary>
    public static Connection Open(int port)
    {
        var connection = new Connection();
        connection._socket.Connect(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>Sends and reads one answer. Returns its status and when the first byte of the body came.</summary>
    public async ValueTask<(int Status, long FirstByte)> CallAsync(ReadOnlyMemory<byte> request)
    {
        await _socket.SendAsync(request);
        var answer = new Answer();
        _length = 0;
        while (!IsWhole(ref answer))
        {
            Received(await _socket.ReceiveAsync(_buffer.AsMemory(_length)));
        }

        return (answer.Status, answer.FirstByte);
    }

    /// <summary>As <see cref="CallAsync"/>, the thread waiting in the kernel.</summary>
    public (int Status, long FirstByte) Call(ReadOnlySpan<byte> request)
    {
        _socket.Send(request);
        var answer = new Answer();
        _length = 0;
        while (!IsWhole(ref answer))
        {
            Received(_socket.Receive(_buffer.AsSpan(_length)));
        }

        return (answer.Status, answer.FirstByte);
    }

    public void Dispose() => _socket.Dispose();

    private void Received(int read)
    {
        if (read == 0)
        {
            throw new IOException("The target closed the connection.");
        }

        _length += read;
    }

    /// <summary>Looks at what has arrived; takes note of the head and of the body's first byte once.</summary>
    private bool IsWhole(ref Answer answer)
    {
        if (answer.Body == 0)
        {
            var head = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return false;
            }

            answer.Status = int.Parse(_buffer.AsSpan(9, 3));
            answer.Body = head + 4;
            answer.Length = ContentLength(_buffer.AsSpan(0, head));
        }

        if (answer.FirstByte == 0 && _length > answer.Body)
        {
            answer.FirstByte = Stopwatch.GetTimestamp();
        }

        return answer.FirstByte != 0
            && (answer.Length >= 0 ? _length >= answer.Body + answer.Length : EndsChunked(answer.Body));
    }

    /// <summary>Enough of chunked coding for a target that ends with the empty chunk, trailers or not.</summary>
    private bool EndsChunked(int body)
    {
        var text = _buffer.AsSpan(0, _length);
        var end = text.LastIndexOf("\r\n0\r\n"u8);
        if (end >= 0 && text.EndsWith("\r\n\r\n"u8))
        {
            return true;
        }

        if (_length > _buffer.Length - 8192)
        {
            // a long stream: only the tail is needed to see its end
            text[^4096..].CopyTo(_buffer.AsSpan(body));
            _length = body + 4096;
        }

        return false;
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

    /// <summary>What is known so far of the answer that is being read.</summary>
    private struct Answer
    {
        public int Status;
        public int Body;
        public int Length;
        public long FirstByte;
    }
}
