namespace Provost.Control.Storage;

/// <summary>Whether the database answers, for <c>/readyz</c>.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why it is not up, in plain words; null when it is.</param>
public sealed record DatabaseState(DatabasePhase Phase, DateTimeOffset Since, string? Reason);

/// <summary>Where the database stands.</summary>
public enum DatabasePhase
{
    /// <summary>Nothing answers; it is tried again by itself. A normal state: serving and recording go on.</summary>
    Down,

    /// <summary>It answers and its schema is being brought up to date.</summary>
    Migrating,

    /// <summary>It answers, but its schema does not belong to this build. A person has to act.</summary>
    Refused,

    /// <summary>It answers and may be used.</summary>
    Up,
}

/// <summary>The database does not answer. Code <c>provost.database_down</c>, status 503.</summary>
public sealed class DatabaseDownException(string reason, Exception? inner = null)
    : Exception("The database does not answer: " + reason, inner)
{
    /// <summary>Stable code.</summary>
    public string Code => "provost.database_down";
}
