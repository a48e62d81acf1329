using System.Globalization;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The program of a process that holds keys: <c>signer --folder DIR --socket PATH --peer UID</c>, or <c>vault</c>. It
/// loads neither the web server nor a database client. Exit codes: 1 failed, 2 used wrongly, 3 another one holds the
/// folder.
/// </summary>
public static class CustodyProcess
{
    public const string Signer = "signer";
    public const string Vault = "vault";

    /// <summary>Whether these arguments ask for such a process rather than for the server.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [Signer or Vault, ..];

    /// <summary>Answers on the socket for the life of the process.</summary>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        if (arguments is not [var role, "--folder", var folder, "--socket", var socket, "--peer", var peerText]
            || !uint.TryParse(peerText, NumberStyles.None, CultureInfo.InvariantCulture, out var peer))
        {
            errors.WriteLine(
                "Usage: signer|vault --folder DIR --socket PATH --peer UID. The server starts it by itself.");
            return 2;
        }

        try
        {
            using var held = Hold(Path.Combine(folder, "lock"));
            if (held is null)
            {
                errors.WriteLine($"Another process holds {folder}: one log has one {role}.");
                return 3;
            }

            using var signer = role == Signer
                ? SignerHost.Open(folder, peer != ServiceAccount.Server.User, TimeProvider.System)
                : null;
            using var vault = role == Vault ? VaultHost.Open(folder, TimeProvider.System) : null;
            new CustodyListener(socket, peer, signer is null ? vault!.Handle : signer.Handle).Run(() =>
            {
                output.WriteLine(CustodyChild.Listening);
                output.Flush();
            });
            return 0;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or InvalidDataException
            or System.Net.Sockets.SocketException or FormatException)
        {
            errors.WriteLine(broken.Message);
            return 1;
        }
    }

    /// <summary>A lock that the kernel drops with the process. Nobody waits for it: the process of a server that was
    /// killed is about to end, and this one is started again.</summary>
    private static FileStream? Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
