using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A reset as its entry says it: which entries no longer bind, and what the log went on from.</summary>
internal sealed record ResetFacts(long Index, string Time, long First, long Last, long Size, byte[] Root)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"the reset of entries {First} to {Last} in entry {Index}, of {Time}");
}

/// <summary>
/// The resets of a log: entries by which the root key let the signer go on from something else than it had signed. Each
/// must be signed by a pinned root key over range and tree; none hides what was signed before from who remembers it.
/// </summary>
internal sealed class ResetCheck(LogFolder folder, TrustFile trust, long? accepted)
{
    private const string InToto = "application/vnd.in-toto+json";
    private const string Act = "https://provost.dev/act/v1";

    private readonly List<ResetFacts> _found = [];

    /// <summary>Takes the next leaf; a fault when it is a reset that no root key signed.</summary>
    public VerificationFault? Next(long index, LeafFacts leaf, ReadOnlyMemory<byte> entry)
    {
        if (leaf.Stream != "gov" || entry.Span.IndexOf("\"type\":\"gov.ledger_reset\""u8) < 0)
            return null;

        using var document = JsonDocument.Parse(entry);
        var record = document.RootElement.GetProperty("record");
        if (record.GetProperty("type").GetString() != "gov.ledger_reset")
            return null;

        try
        {
            _found.Add(Read(index, record));
            return null;
        }
        catch (Exception wrong) when (wrong is FormatException or KeyNotFoundException or InvalidOperationException
            or JsonException)
        {
            return new VerificationFault(
                FaultKind.Reset, $"Entry {index} claims to reset the log, but {wrong.Message}", index, leaf.Stream,
                leaf.Seq);
        }
    }

    /// <summary>Whether each log that was gone on from is the beginning of this one; says what was reset.</summary>
    public VerificationFault? Conclude(List<string> isShown)
    {
        foreach (var reset in _found)
        {
            if (reset.Size > reset.Index || !RootAt(reset.Size).AsSpan().SequenceEqual(reset.Root))
            {
                return new VerificationFault(
                    FaultKind.Reset, $"The log does not begin with the {reset.Size} entries that {reset} names.",
                    reset.Index);
            }

            isShown.Add($"The log was reset by its root key: {reset}. What was signed of these entries before may "
                + "have been other than what stands here.");
        }

        return null;
    }

    /// <summary>Words for who remembers what a reset gave up; null where none explains it.</summary>
    public string? Explain(Checkpoint remembered) => Covering(remembered) is { } reset
        ? $" It is within {reset}, signed by the root key. When its custodians have told you that they meant it, say "
            + $"--accept-reset {reset.Index}."
        : null;

    /// <summary>The reset that was accepted by its index, if it covers what is remembered.</summary>
    public ResetFacts? Accepts(Checkpoint remembered) =>
        Covering(remembered) is { } reset && reset.Index == accepted ? reset : null;

    private ResetFacts? Covering(Checkpoint remembered) =>
        _found.FindLast(r => remembered.Size > r.First && remembered.Size <= r.Last + 1);

    private ResetFacts Read(long index, JsonElement record)
    {
        var body = record.GetProperty("body");
        var envelope = Dsse.Read(record.GetProperty("statement"));
        if (envelope.PayloadType != InToto || !trust.Root.Any(envelope.IsSignedBy))
            throw new FormatException("no root key that the trust file names signed it.");

        using var statement = JsonDocument.Parse(envelope.Payload);
        var predicate = statement.RootElement.GetProperty("predicate");
        var reset = new ResetFacts(
            index, record.GetProperty("time").GetString() ?? "", body.GetProperty("first").GetInt64(),
            body.GetProperty("last").GetInt64(), body.GetProperty("tree").GetProperty("size").GetInt64(),
            StrictBase64.Decode(body.GetProperty("tree").GetProperty("root").GetString() ?? "") ?? []);
        var range = string.Create(CultureInfo.InvariantCulture, $"{reset.First}-{reset.Last}");
        // an entry is canonical, so the body's text is what the statement's digest was made of
        var isSaid = statement.RootElement.GetProperty("predicateType").GetString() == Act
            && predicate.GetProperty("verb").GetString() == "reset"
            && predicate.GetProperty("object").GetString() == range
            && predicate.GetProperty("org").GetString() == trust.Org
            && predicate.GetProperty("after").GetString()
                == Digest.Of(System.Text.Encoding.UTF8.GetBytes(body.GetRawText()))
            && body.GetProperty("origin").GetString() == trust.Origin;
        return isSaid ? reset : throw new FormatException("what the root key signed is another statement.");
    }

    /// <summary>The root of the first entries, read again: resets are few.</summary>
    private byte[] RootAt(long size)
    {
        var root = new RunningRoot();
        for (long first = 0; first < size; first += LogFolder.Width)
        {
            foreach (var entry in folder.Bundle(first / LogFolder.Width, (int)Math.Min(LogFolder.Width, size - first)))
                root.Add(RootHash.Leaf(entry.Span));
        }

        return root.Root();
    }
}
