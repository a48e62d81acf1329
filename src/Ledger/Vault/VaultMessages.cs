using System.Globalization;
using System.Text.Json.Serialization;
using Provost.Ledger.Records;

namespace Provost.Ledger.Vault;

/// <summary>
/// Keys are kept, and ended, by group: one system, one retention class, one month of records. Inside a group each
/// subject has a key of its own; payloads without a subject share one.
/// </summary>
/// <param name="System">Name of the system, empty for what belongs to none.</param>
/// <param name="Class">Retention class, for example <c>customer-decision</c>.</param>
/// <param name="Month">Month of the records, UTC: <c>2026-11</c>.</param>
public sealed record KeyGroup(string System, string Class, string Month)
{
    private const string Form = "yyyy-MM";
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The month of an instant, UTC.</summary>
    public static string MonthOf(DateTimeOffset instant) => instant.UtcDateTime.ToString(Form, Invariant);

    /// <summary>The first instant after the group's month.</summary>
    /// <exception cref="FormatException"><see cref="Month"/> is no month.</exception>
    [JsonIgnore]
    public DateTimeOffset End => new DateTimeOffset(
        DateTime.ParseExact(Month, Form, Invariant), TimeSpan.Zero).AddMonths(1);

}

/// <summary>How far the keys of a group have gone.</summary>
public enum GroupState : byte
{
    /// <summary>Its payloads open.</summary>
    Live = 0,

    /// <summary>Its term ended; the keys of held subjects are still there.</summary>
    PartlyEnded = 1,

    /// <summary>Its term ended and no key is left.</summary>
    Ended = 2,
}

/// <param name="Keys">Keys ever made in the group, gone or not.</param>
public sealed record GroupStatus(KeyGroup Group, GroupState State, int Keys);

/// <summary>Where a payload's record stands: its node and its number there.</summary>
public sealed record PayloadPlace(string Node, long NodeSeq);

/// <summary>One payload to be put under its subject's key.</summary>
public sealed record RewrapItem
{
    public required PayloadPlace Place { get; init; }

    public required PayloadField Field { get; init; }

    /// <summary>Id of the decision or record that the payload is bound to.</summary>
    public required Guid Record { get; init; }

    /// <summary>System's name, empty for none.</summary>
    public required string System { get; init; }

    /// <summary>Retention class; null takes the class that the gateway's hour key was made for.</summary>
    public string? Class { get; init; }

    /// <summary>The subject's alias as the record has it; null for none.</summary>
    public string? Subject { get; init; }

    /// <summary>Time of the record.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The first bytes of the sealed part: all that is before the content.</summary>
    public required ReadOnlyMemory<byte> Header { get; init; }
}

/// <param name="Items">In the order of the log.</param>
/// <param name="Through">How many entries of the log are done with these.</param>
/// <param name="HoursDone">Hour keys made before this instant have no payload left that is not among those done; null
/// when that is not known.</param>
public sealed record RewrapRequest(IReadOnlyList<RewrapItem> Items, long Through, DateTimeOffset? HoursDone = null);

/// <param name="Wrapped">Payloads put under a subject's key.</param>
/// <param name="Shut">Payloads that were erased or ended before they came; no key was made for them.</param>
/// <param name="Lost">Payloads whose hour key is gone or does not fit: they cannot be opened.</param>
public sealed record RewrapAnswer(int Wrapped, int Shut, int Lost);

/// <summary>What became of a payload.</summary>
public enum PayloadState : byte
{
    /// <summary>It opens.</summary>
    Open = 1,

    /// <summary>Its key was destroyed on request.</summary>
    Erased = 2,

    /// <summary>Its key was destroyed when its term ended.</summary>
    TermEnded = 3,

    /// <summary>It was changed on disk, or its key was lost without an act.</summary>
    Lost = 4,
}

/// <summary>A payload to be opened.</summary>
public sealed record OpenRequest
{
    public required PayloadPlace Place { get; init; }
    public required PayloadField Field { get; init; }
    public required Guid Record { get; init; }

    /// <summary>The record's commitment, base64: what is given out is what was committed to.</summary>
    public required string Hmac { get; init; }

    /// <summary>The sealed part as it is stored.</summary>
    public required ReadOnlyMemory<byte> Part { get; init; }

    /// <summary>What it is opened for, in one word or the id of the entry that records the reading.</summary>
    public required string Purpose { get; init; }

    /// <summary>The subject's alias, where the caller knows it.</summary>
    public string? Subject { get; init; }

    /// <summary>Time of the record, where the caller knows it.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <param name="Content">The payload; null unless it opens.</param>
/// <param name="Salt">What the record's commitment is under; null likewise.</param>
public sealed record OpenAnswer(PayloadState State, byte[]? Content, byte[]? Salt = null);

/// <summary>Asks whether the sealed contents of records are still good for anything.</summary>
/// <param name="Node">Whose records.</param>
/// <param name="From">The first of them.</param>
/// <param name="Before">The first behind them.</param>
public sealed record GoneRequest(string Node, long From, long Before);

/// <param name="IsGone">Every content of theirs was erased or has ended; false while one opens, was lost without an
/// act, or is not under its subject's key yet.</param>
public sealed record GoneAnswer(bool IsGone);

/// <summary>Destroys the keys of a subject, or single payloads. Asking again does nothing more.</summary>
public sealed record EraseRequest
{
    /// <summary>Id of the entry in the log that orders it.</summary>
    public required Guid Act { get; init; }

    /// <summary>Time of that entry: what is recorded later is not erased by it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The subject's alias; null to erase <see cref="Places"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>Where the subject's keys go; its keys elsewhere stay.</summary>
    public IReadOnlyList<KeyGroup> Groups { get; init; } = [];

    public IReadOnlyList<PayloadPlace> Places { get; init; } = [];
}

/// <summary>Destroys the keys of groups whose term ended. Asking again does nothing more.</summary>
public sealed record EndTermRequest
{
    /// <inheritdoc cref="EraseRequest.Act"/>
    public required Guid Act { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<KeyGroup> Groups { get; init; }

    /// <summary>Aliases of subjects whose keys stay, because they are held.</summary>
    public IReadOnlyList<string> Spared { get; init; } = [];
}

/// <param name="Keys">Subject keys destroyed.</param>
/// <param name="Payloads">Single payloads destroyed.</param>
/// <param name="IsRepeated">The act had its effect before.</param>
public sealed record DestroyAnswer(int Keys, int Payloads, bool IsRepeated);
