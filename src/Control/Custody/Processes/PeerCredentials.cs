using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Provost.Control.Custody.Processes;

/// <summary>Who is at the other end of a unix socket, as the kernel noted it when the connection was made.</summary>
/// <remarks>Source: unix(7), SO_PEERCRED, struct ucred of Linux: int32 pid, uint32 uid, uint32 gid.</remarks>
internal readonly record struct PeerCredentials(int ProcessId, uint User, uint Group)
{
    private const int SocketLevel = 1; // SOL_SOCKET of Linux
    private const int PeerCredential = 17; // SO_PEERCRED of Linux

    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> ucred = stackalloc byte[12];
        socket.GetRawSocketOption(SocketLevel, PeerCredential, ucred);
        return new PeerCredentials(
            MemoryMarshal.Read<int>(ucred), MemoryMarshal.Read<uint>(ucred[4..]), MemoryMarshal.Read<uint>(ucred[8..]));
    }
}
