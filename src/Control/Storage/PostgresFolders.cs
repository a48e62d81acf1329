using System.Security.Cryptography;
using System.Text;

namespace Provost.Control.Storage;

/// <summary>Where the private cluster and its socket lie.</summary>
/// <param name="Cluster">The cluster, owned by the unprivileged account.</param>
/// <param name="Socket">A short private folder: a socket's path holds 107 bytes at most.</param>
internal sealed record PostgresFolders(string Cluster, string Socket)
{
    private const string Identity = "provost.id";

    /// <summary>Below the data folder where the account may enter it, else below the shared root.</summary>
    public static async Task<PostgresFolders> ChooseAsync(
        PrivatePostgresOptions options, PostgresAccount account, CancellationToken cancellationToken)
    {
        var data = Path.GetFullPath(options.DataFolder);
        var inside = await account.MayEnterAsync(data, cancellationToken);
        var cluster = inside ? Path.Combine(data, "postgres") : Path.Combine(options.SharedRoot, Name(data));
        if (!inside)
            Directory.CreateDirectory(options.SharedRoot);

        return new PostgresFolders(cluster, SocketFor(data));
    }

    /// <summary>Follows from the data folder alone, so that the address is known before anything runs.</summary>
    public static string SocketFor(string dataFolder)
    {
        var name = Name(Path.GetFullPath(dataFolder));
        return Environment.IsPrivilegedProcess
            ? Path.Combine("/run/provost", name)
            : Path.Combine(Path.GetTempPath(), $"provost-{Environment.UserName}-{name}");
    }

    /// <summary>The major version of the cluster that lies there, null when there is none.</summary>
    public int? ClusterMajor()
    {
        var file = Path.Combine(Cluster, "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).AsSpan().Trim(), out var major) ? major : null;
    }

    /// <summary>Puts a cluster aside that was made for another data folder of the same path.</summary>
    /// <remarks>A data folder that was deleted and made anew must not meet the tables of the old one. One such
    /// cluster is kept, in case the folder was moved by mistake.</remarks>
    public void PutStrangerAside(string dataFolder, TimeProvider time)
    {
        var idFile = Path.Combine(dataFolder, "postgres.id");
        var expected = File.Exists(idFile) ? File.ReadAllText(idFile) : null;
        if (Directory.Exists(Cluster) && (expected is null || ReadIdentity() != expected))
        {
            var aside = Cluster + ".orphan";
            if (Directory.Exists(aside))
                Directory.Delete(aside, recursive: true);
            Directory.Move(Cluster, aside);
        }

        if (expected is null)
            File.WriteAllText(idFile, Guid.CreateVersion7(time.GetUtcNow()).ToString());
    }

    /// <summary>Removes a killed postmaster's lock: the process number in it may be another's by now.</summary>
    public void ClearSocket()
    {
        foreach (var file in Directory.EnumerateFiles(Socket))
            File.Delete(file);
    }

    /// <summary>Marks a freshly made cluster as this data folder's own.</summary>
    public static void WriteIdentity(string cluster, string dataFolder) =>
        File.Copy(Path.Combine(dataFolder, "postgres.id"), Path.Combine(cluster, Identity), overwrite: true);

    private string? ReadIdentity()
    {
        var file = Path.Combine(Cluster, Identity);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    private static string Name(string dataFolder) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataFolder)).AsSpan(0, 8));
}
