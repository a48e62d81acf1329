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
    private readonly List<ResetFacts> _found = [];

    /// <summary>Takes the next leaf; a fault when it is a reset that no root key signed.</summary>
    public VerificationFault? Next(long index, LeafFacts leaf, ReadOnlyMemory<byte> entry)
    {
        using var document = RootStatement.Record(leaf, entry, "gov.ledger_reset");
        if (document is null)
            return null;

        try
        {
            _found.Add(Read(index, document.RootElement.GetProperty("record")));
            return null;
        }
        catch (Exception wrong) when (RootStatement.IsMalformed(wrong))
        {
            return new VerificationFault(
                FaultKind.RootAct, $"Entry {index} claims to reset the log, but {wrong.Message}", index, leaf.Stream,
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
                    FaultKind.RootAct, $"The log does not begin with the {reset.Size} entries that {reset} names.",
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
        var reset = new ResetFacts(
            index, record.GetProperty("time").GetString() ?? "", body.GetProperty("first").GetInt64(),
            body.GetProperty("last").GetInt64(), body.GetProperty("tree").GetProperty("size").GetInt64(),
            StrictBase64.Decode(body.GetProperty("tree").GetProperty("root").GetString() ?? "") ?? []);
        var range = string.Create(CultureInfo.InvariantCulture, $"{reset.First}-{reset.Last}");
        RootStatement.Demand(record, "reset", range, trust);
        return reset;
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
