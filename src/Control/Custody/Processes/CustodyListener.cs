using System.Net.Sockets;

namespace Provost.Control.Custody.Processes;

/// <summary>What a process that holds keys answers to one request.</summary>
/// <param name="Kind">One of <see cref="CustodyAnswer"/>'s constants.</param>
internal readonly record struct CustodyAnswer(byte Kind, byte[] Json)
{
    public const byte Done = 0;

    /// <summary>An expected no; the JSON is a fault.</summary>
    public const byte Refused = 1;

    /// <summary>The request could not be carried out; the JSON is a text.</summary>
    public const byte Failed = 2;
}

/// <summary>
/// The socket of a process that holds keys. Only one user may speak to it, told by the kernel; each request is handled
/// alone, however many connections there are.
/// </summary>
/// <param name="path">Of the socket; its folder is private.</param>
/// <param name="peer">Id of the one user that is answered.</param>
/// <param name="handle">Answers one request. An <see cref="IOException"/> of it is answered as failed; a request that
/// it cannot read (<see cref="FormatException"/>) ends the connection.</param>
internal sealed class CustodyListener(string path, uint peer, Func<byte, byte[], CustodyAnswer> handle)
{
    private readonly Lock _handling = new();

    /// <summary>Serves for the life of the process.</summary>
    /// <param name="listening">Called once connections are accepted.</param>
    public void Run(Action listening)
    {
        File.Delete(path); // left by one that was killed; the lock on its folder says that it is gone
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen(16);
        listening();
        while (true)
        {
            var connection = socket.Accept();
            new Thread(() => Serve(connection)) { IsBackground = true, Name = "custody connection" }.Start();
        }
    }

    private void Serve(Socket connection)
    {
        using var stream = new NetworkStream(connection, ownsSocket: true);
        if (PeerCredentials.Of(connection).User != peer)
            return;

        try
        {
            while (CustodyFrame.Read(stream) is { } request)
            {
                CustodyAnswer answer;
                lock (_handling)
                {
                    answer = Handle(request.Kind, request.Json);
                }

                CustodyFrame.Write(stream, answer.Kind, answer.Json);
            }
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException or FormatException
            or System.Text.Json.JsonException)
        {
            // whoever speaks another language than this is hung up on
        }
    }

    private CustodyAnswer Handle(byte kind, byte[] json)
    {
        try
        {
            return handle(kind, json);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new CustodyAnswer(CustodyAnswer.Failed, System.Text.Encoding.UTF8.GetBytes(fault.Message));
        }
    }
}
