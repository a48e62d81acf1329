namespace Provost.Control.Decisions;

/// <summary>One leaf of the log, parsed once for all who follow it. Nothing of it refers to the bytes it was read from.
/// </summary>
public sealed class LogLeaf
{
    private static readonly RecordFields Nothing = new();

    /// <summary>Its place in the log, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>RFC 6962 leaf hash, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Bytes of the leaf as stored.</summary>
    public required int Length { get; init; }

    /// <summary>Why this build cannot read it, and then nothing below is filled; null when it can. The log keeps such a
    /// leaf; who meets it says so and goes on.</summary>
    public string? Fault { get; init; }

    /// <summary>Who wrote the record.</summary>
    public string Node { get; init; } = "";

    /// <summary>The record's number at its node.</summary>
    public long NodeSeq { get; init; }

    /// <summary>The stream, such as <c>sys:refund-assistant</c>.</summary>
    public string Stream { get; init; } = "";

    /// <summary>The leaf's number in its stream.</summary>
    public long Seq { get; init; }

    /// <summary>The record's type, such as <c>decision.outcome</c>.</summary>
    public string Type => Record.Type ?? "";

    /// <summary>What the body of a governance record names; null for records without body.</summary>
    public BodySubject? Subject => Record.Body;

    internal RecordFields Record { get; init; } = Nothing;

    /// <summary>An intent's record as stored, null for all others: its outcome may come much later.</summary>
    internal byte[]? Intent { get; init; }
}

/// <summary>What a governance record's body is about, as far as its body has members of these names.</summary>
/// <param name="System">The governed system.</param>
/// <param name="Environment">Where it runs.</param>
/// <param name="Release">Digest of a release.</param>
public sealed record BodySubject(string? System, string? Environment, string? Release);
