using System.Net.Sockets;
using System.Text;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The server's end of the socket: connects when asked, again after a break. A request is sent once; when the
/// connection breaks in the middle, nobody knows whether it was carried out, and the caller decides.
/// </summary>
/// <param name="path">Of the socket.</param>
/// <param name="holder">Id of the user that must be at the other end.</param>
internal sealed class CustodyLink(string path, uint holder) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _asking = new();
    private Socket? _socket;
    private NetworkStream? _stream;

    /// <summary>Run on each new connection before anything else is asked on it; an exception closes it again.</summary>
    public Action<Ask> Greet { get; init; } = static _ => { };

    /// <summary>Asks one thing on an open connection.</summary>
    public delegate CustodyAnswer Ask(byte kind, byte[] json);

    /// <summary>One request and its answer; others wait.</summary>
    /// <exception cref="IOException">Nobody answers, or not in time.</exception>
    public CustodyAnswer Send(byte kind, byte[] json) => Talk(ask => ask(kind, json));

    /// <summary>Several requests without another's in between.</summary>
    public T Talk<T>(Func<Ask, T> talk)
    {
        lock (_asking)
        {
            try
            {
                Connect();
                return talk(SendOpen);
            }
            catch (Exception broken) when (broken is SocketException or IOException or InvalidDataException)
            {
                Close();
                throw broken as IOException ?? new IOException(broken.Message, broken);
            }
        }
    }

    public void Dispose()
    {
        lock (_asking)
        {
            Close();
        }
    }

    private CustodyAnswer SendOpen(byte kind, byte[] json)
    {
        CustodyFrame.Write(_stream!, kind, json);
        return CustodyFrame.Read(_stream!) is { } answer
            ? new CustodyAnswer(answer.Kind, answer.Json)
            : throw new EndOfStreamException("The connection ended before the answer.");
    }

    private void Connect()
    {
        // readable with nothing in it means that the other side has closed
        if (_socket is { } known && !(known.Poll(0, SelectMode.SelectRead) && known.Available == 0))
            return;

        Close();
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            SendTimeout = (int)Patience.TotalMilliseconds,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        _socket = socket;
        socket.Connect(new UnixDomainSocketEndPoint(path));
        _stream = new NetworkStream(socket, ownsSocket: false);
        if (PeerCredentials.Of(socket) is var other && other.User != holder)
            throw new IOException($"User {other.User} listens on {path}, not {holder}: it is not asked.");

        Greet(SendOpen);
    }

    private void Close()
    {
        _stream?.Dispose();
        _socket?.Dispose();
        (_stream, _socket) = (null, null);
    }

    /// <summary>The text of a failed answer.</summary>
    public static string TextOf(CustodyAnswer failed) => Encoding.UTF8.GetString(failed.Json);
}
