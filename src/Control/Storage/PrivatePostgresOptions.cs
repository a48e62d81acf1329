namespace Provost.Control.Storage;

/// <summary>How Provost runs the PostgreSQL that it starts itself.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>Provost's data folder. The cluster lies in <c>postgres/</c> below it, or, where the unprivileged
    /// user may not pass an ancestor of it, in <see cref="SharedRoot"/>.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where Debian's packages put their binaries, one folder per major version.</summary>
    /// <value>Default <c>/usr/lib/postgresql</c>.</value>
    public string BinariesRoot { get; init; } = "/usr/lib/postgresql";

    /// <summary>Where clusters lie whose data folder is closed to the unprivileged user.</summary>
    /// <value>Default <c>/var/lib/provost</c>.</value>
    public string SharedRoot { get; init; } = "/var/lib/provost";

    /// <summary>The unprivileged account that PostgreSQL runs under when Provost itself is root.</summary>
    /// <value>Default <c>postgres</c>, which Debian's package makes.</value>
    public string User { get; init; } = "postgres";

    /// <summary>Whether commits reach the disk before they are acknowledged. Only tests say no.</summary>
    /// <value>Default true.</value>
    public bool Durable { get; init; } = true;

    /// <summary>How long a stop may take before PostgreSQL is told to stop without a checkpoint.</summary>
    /// <value>Default 20 s.</value>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(20);
}
