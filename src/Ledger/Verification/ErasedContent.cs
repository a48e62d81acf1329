using System.Text.Json;
using Provost.Ledger.Checkpoints;

namespace Provost.Ledger.Verification;

/// <summary>Content that the log says was destroyed; the entries' proofs stand all the same.</summary>
/// <param name="Entry">Index of the entry that ordered it.</param>
/// <param name="IsErasure">True for an erasure on request, false for the end of a term.</param>
/// <param name="By">Who ordered it, as the log knows them.</param>
/// <param name="At">When, as the entry says.</param>
/// <param name="Basis">The rule it rests on.</param>
/// <param name="CompleteOn">UTC day on which the last backup of a key is gone.</param>
/// <param name="Affected">How many entries' content it concerns, of those verified.</param>
/// <param name="First">Indexes of the first of them, at most ten.</param>
public sealed record ContentEnded(
    long Entry, bool IsErasure, string By, DateTimeOffset At, string Basis, string CompleteOn, long Affected,
    IReadOnlyList<long> First)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"Entry {Entry}: content of {Affected} entries {(IsErasure ? "erased" : "at the end of its term")}")
        + (Affected == 0 ? "" : $" ({string.Join(", ", First)}{(Affected > First.Count ? ", …" : "")})")
        + string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $", by {By} on {At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, basis: {Basis}")
        + $"; complete on {CompleteOn}.";
}

/// <summary>
/// Says of verified entries whose content was destroyed: by whom, on which basis, complete on which day. It reports
/// what the log's entries say; that a content is gone from every disk no log can prove.
/// </summary>
public static class ErasedContent
{
    private const int MostNamed = 10;
    private const int MostRules = 3;

    /// <summary>Of a whole log folder, up to a checkpoint that was verified.</summary>
    /// <exception cref="InvalidDataException">The folder is not the one that was verified any more.</exception>
    public static IReadOnlyList<ContentEnded> InFolder(string ledgerFolder, Checkpoint verified)
    {
        var root = new RunningRoot();
        var ends = Collect(Entries(ledgerFolder, verified.Size, root));
        if (!root.Root().AsSpan().SequenceEqual(verified.Root))
            throw new InvalidDataException("The folder was changed while it was verified. Verify it again.");

        return Concern(ends, () => Entries(ledgerFolder, verified.Size, null));
    }

    /// <summary>Of a bundle that was verified; null when it carries no act of governance, and so cannot say.</summary>
    public static IReadOnlyList<ContentEnded>? InBundle(Stream zip)
    {
        var carries = false;
        var ends = Collect(Entries(zip).Select(e =>
        {
            carries |= e.Bytes.Span.IndexOf("\"stream\":\"gov\""u8) >= 0;
            return e;
        }));
        return carries ? Concern(ends, () => Entries(zip)) : null;
    }

    private static List<End> Collect(IEnumerable<(long Index, ReadOnlyMemory<byte> Bytes)> entries)
    {
        var ends = new List<End>();
        foreach (var (index, bytes) in entries)
        {
            if (bytes.Span.IndexOf("\"type\":\"gov.content_erased\""u8) >= 0
                || bytes.Span.IndexOf("\"type\":\"gov.term_ended\""u8) >= 0)
            {
                using var leaf = JsonDocument.Parse(bytes);
                if (End.Read(index, leaf.RootElement.GetProperty("record")) is { } end)
                    ends.Add(end);
            }
        }

        return ends;
    }

    private static List<ContentEnded> Concern(
        List<End> ends, Func<IEnumerable<(long Index, ReadOnlyMemory<byte> Bytes)>> entries)
    {
        if (ends.Count == 0)
            return [];

        foreach (var (index, bytes) in entries())
        {
            if (bytes.Span.IndexOf("\"type\":\"decision."u8) < 0)
                continue;

            using var leaf = JsonDocument.Parse(bytes);
            var record = leaf.RootElement.GetProperty("record");
            foreach (var end in ends)
                end.Count(index, record);
        }

        return [.. ends.Select(e => e.Said())];
    }

    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Bytes)> Entries(
        string ledgerFolder, long size, RunningRoot? root)
    {
        var folder = new LogFolder(ledgerFolder);
        for (long first = 0; first < size; first += LogFolder.Width)
        {
            var at = first;
            foreach (var entry in folder.Bundle(
                first / LogFolder.Width, (int)Math.Min(LogFolder.Width, size - first)))
            {
                root?.Add(RootHash.Leaf(entry.Span));
                yield return (at++, entry);
            }
        }
    }

    private static IEnumerable<(long Index, ReadOnlyMemory<byte> Bytes)> Entries(Stream zip)
    {
        if (BundleArchive.Open(zip, out _) is not { } archive)
            yield break;

        var lines = new BundleCursor(archive, archive.Find("entries.jsonl"));
        for (var line = lines.NextLine(); !line.IsEmpty; line = lines.NextLine())
        {
            if (BundleEntry.Parse(line.Span) is { } entry)
                yield return (entry.Index, entry.Leaf);
        }
    }

    /// <summary>One act, and what it concerns so far.</summary>
    private sealed class End
    {
        private readonly List<long> _first = [];
        private long _affected;

        public required long Index { get; init; }
        public required bool IsErasure { get; init; }
        public required string By { get; init; }
        public required DateTimeOffset At { get; init; }
        public required string Basis { get; init; }
        public required string CompleteOn { get; init; }
        public string? Subject { get; init; }
        public string? Decision { get; init; }
        public HashSet<(string System, string Class, string Month)> Groups { get; init; } = [];
        public HashSet<string> Spared { get; init; } = [];

        /// <summary>Null for a record of a later form: then nothing is claimed.</summary>
        public static End? Read(long index, JsonElement record)
        {
            try
            {
                var body = record.GetProperty("body");
                var isErasure = record.GetProperty("type").GetString() == "gov.content_erased";
                return new End
                {
                    Index = index,
                    IsErasure = isErasure,
                    By = record.GetProperty("actor").GetProperty("id").GetString()!,
                    At = record.GetProperty("time").GetDateTimeOffset(),
                    Basis = isErasure
                        ? Grounds(body)
                        : Rules(body),
                    CompleteOn = body.GetProperty("completeOn").GetString()!,
                    Subject = isErasure ? body.GetProperty("subject").GetString() : null,
                    Decision = isErasure ? body.GetProperty("decision").GetString() : null,
                    Groups = [.. body.GetProperty("groups").EnumerateArray()
                        .Select(g => Group(isErasure ? g : g.GetProperty("group")))],
                    Spared = isErasure
                        ? []
                        : [.. body.GetProperty("spared").EnumerateArray().Select(s => s.GetString()!)],
                };
            }
            catch (Exception unknown) when (unknown is KeyNotFoundException or InvalidOperationException
                or FormatException)
            {
                return null;
            }
        }

        /// <summary>The basis, and the laws that it outweighs.</summary>
        private static string Grounds(JsonElement body)
        {
            var basis = body.GetProperty("basis").GetString()!;
            return body.TryGetProperty("duties", out var duties) && duties.GetArrayLength() > 0
                ? $"{basis}; despite {string.Join(" and ", duties.EnumerateArray().Select(d => d.GetString()))}: "
                    + Text(body, "despite")
                : basis;
        }

        /// <summary>The schedule's edition and the rules by which the terms were over, at most three.</summary>
        private static string Rules(JsonElement body)
        {
            var rules = body.GetProperty("groups").EnumerateArray().Select(g => g.GetProperty("rule").GetString())
                .Distinct().ToList();
            return $"retention schedule, edition {body.GetProperty("edition").GetInt32()}: "
                + string.Join("; ", rules.Take(MostRules)) + (rules.Count > MostRules ? "; …" : "");
        }

        public void Count(long index, JsonElement record)
        {
            if (!HoldsContent(record) || !Concerns(record))
                return;

            _affected++;
            if (_first.Count < MostNamed)
                _first.Add(index);
        }

        public ContentEnded Said() => new(Index, IsErasure, By, At, Basis, CompleteOn, _affected, _first);

        private bool Concerns(JsonElement record)
        {
            if (Decision is not null)
                return Text(record, "decision") == Decision;

            var (time, subject) = (record.GetProperty("time").GetDateTimeOffset(), Text(record, "subject"));
            var isMeant = IsErasure
                ? subject is not null && subject == Subject && time <= At
                : subject is null || !Spared.Contains(subject);
            return isMeant && Groups.Contains((
                Text(record, "system") ?? "", Text(record, "retention") ?? "",
                time.UtcDateTime.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)));
        }

        /// <summary>A digest alone has no content that could go.</summary>
        private static bool HoldsContent(JsonElement record)
        {
            foreach (var name in new[] { "input", "output", "features" })
            {
                if (record.TryGetProperty(name, out var kept) && kept.ValueKind == JsonValueKind.Object
                    && Text(kept, "capture") != "digest")
                {
                    return true;
                }
            }

            return false;
        }

        private static (string, string, string) Group(JsonElement group) => (
            group.GetProperty("system").GetString()!, group.GetProperty("class").GetString()!,
            group.GetProperty("month").GetString()!);

        private static string? Text(JsonElement json, string name) =>
            json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
    }
}
