using System.Text.Json;

namespace Provost.Ledger.Export;

/// <summary>A range of one stream, both ends included.</summary>
public sealed record StreamRange(string Stream, long First, long Last);

/// <summary>The last record of a node that the log held.</summary>
public sealed record NodeHead(string Node, long Last);

/// <summary>What goes into a bundle, and what it says about itself.</summary>
public sealed record BundleRequest
{
    /// <summary>Indexes of the entries in the log, ascending without repetition, below <see cref="Size"/>.</summary>
    public required IReadOnlyList<long> Indexes { get; init; }

    /// <summary>
    /// The ranges that the bundle claims to hold in full; the verifier holds it to that. Empty for a selection (by
    /// cohort, say), which claims no completeness.
    /// </summary>
    public required IReadOnlyList<StreamRange> Requested { get; init; }

    /// <summary>Committed entries of the log when the ranges were taken.</summary>
    public required long Size { get; init; }

    /// <summary>The last record of each node below <see cref="Size"/>: a disk that is lost later shows.</summary>
    public IReadOnlyList<NodeHead> Nodes { get; init; } = [];

    /// <summary>Not before, inclusive; null where the request named no beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before, exclusive; null where the request named no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What was asked, as a JSON object without fractions; null when there was no query.</summary>
    public JsonElement? Query { get; init; }

    /// <summary>The log's verifier keys, for information: whoever verifies pins keys from elsewhere.</summary>
    public IReadOnlyList<string> Vkeys { get; init; } = [];

    /// <summary>Name and version of the program that exports.</summary>
    public required string Tool { get; init; }

    /// <summary>
    /// Size of the last checkpoint that the receiver holds: the bundle then proves that the log continues it.
    /// </summary>
    public long? Since { get; init; }

    /// <summary>Contents that were opened for it, ascending by index and pointer, of entries that are in it; null for a
    /// bundle of entries alone.</summary>
    public IReadOnlyList<RevealedPayload>? Reveals { get; init; }
}
