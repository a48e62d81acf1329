namespace Provost.Control.Storage;

/// <summary>The programs of one installed major version of PostgreSQL.</summary>
internal sealed record PostgresBinaries(int Major, string Folder)
{
    private const string Remedy =
        "Install it (`apt-get install postgresql`), or name an existing server with --database.";

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>The newest version under Debian's root, or exactly <paramref name="major"/> when a cluster is of it:
    /// PostgreSQL refuses a cluster of another major version.</summary>
    public static PostgresBinaries Find(string root, int? major)
    {
        var found = Directory.Exists(root)
            ? Directory.EnumerateDirectories(root)
                .Select(version => int.TryParse(Path.GetFileName(version), out var number)
                    ? new PostgresBinaries(number, Path.Combine(version, "bin"))
                    : null)
                .OfType<PostgresBinaries>()
                .Where(version => File.Exists(version.Postgres) && File.Exists(version.Initdb))
                .ToList()
            : [];
        if (found.Count == 0)
        {
            throw new PrivatePostgresException("provost.database.binaries_missing",
                $"No PostgreSQL server is installed under {root}.", Remedy);
        }

        if (major is null)
        {
            return found.MaxBy(version => version.Major)!;
        }

        return found.Find(version => version.Major == major) ?? throw new PrivatePostgresException(
            "provost.database.version_missing",
            $"The cluster is of PostgreSQL {major}; installed: {string.Join(", ", found.Select(v => v.Major))}.",
            $"Install it (`apt-get install postgresql-{major}`), or move the cluster away: the ledger rebuilds it.");
    }
}
