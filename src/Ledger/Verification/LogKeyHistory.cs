using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>From which size of the log to which a key's signature counts.</summary>
/// <param name="From">Smallest size; 0 for the key of the genesis.</param>
/// <param name="To">Largest size; null while the key has not ended.</param>
public sealed record LogKeyTerm(NoteVerifierKey Key, long From, long? To)
{
    internal bool Holds(long size) => size >= From && size <= (To ?? long.MaxValue);
}

/// <summary>
/// The keys of a log as its entries tell of them: each later one named by the root key, each ended by an entry once the
/// time that the root key set had passed.
/// </summary>
internal sealed class LogKeyHistory(TrustFile trust)
{
    private readonly List<LogKeyTerm> _terms = [.. trust.Log.Take(1).Select(k => new LogKeyTerm(k, 0, null))];
    private readonly Dictionary<NoteVerifierKey, DateTimeOffset> _until = [];
    private readonly List<string> _told = [];

    /// <summary>Oldest first; the first is the one that the trust file names first.</summary>
    public IReadOnlyList<LogKeyTerm> Terms => _terms;

    /// <summary>What was found, a sentence each.</summary>
    public IReadOnlyList<string> Told => _told;

    /// <summary>Whether the log ever had another key than its first.</summary>
    public bool HasChanged => _terms.Count > 1;

    /// <summary>Takes the next leaf; a fault when it claims what the root key did not sign.</summary>
    public VerificationFault? Next(long index, LeafFacts leaf, ReadOnlyMemory<byte> entry)
    {
        try
        {
            using var added = RootStatement.Record(leaf, entry, "gov.log_key_added");
            if (added is not null)
                Add(index, added.RootElement.GetProperty("record"));

            using var ended = RootStatement.Record(leaf, entry, "gov.log_key_ended");
            if (ended is not null)
                End(index, ended.RootElement.GetProperty("record"));

            return null;
        }
        catch (Exception wrong) when (RootStatement.IsMalformed(wrong))
        {
            return new VerificationFault(
                FaultKind.RootAct, $"Entry {index} claims to change the log's key, but {wrong.Message}", index,
                leaf.Stream, leaf.Seq);
        }
    }

    /// <summary>A fault when none of the keys that signed the checkpoint is in force at its size.</summary>
    public VerificationFault? Check(VerifiedCheckpoint verified)
    {
        var size = verified.Checkpoint.Size;
        return !HasChanged || verified.SignedBy.Any(k => _terms.Exists(t => t.Key == k && t.Holds(size)))
            ? null
            : new VerificationFault(
                FaultKind.UnknownKey,
                $"The checkpoint over {size} entries is signed by no key that the log itself has in force there.");
    }

    /// <summary>Keys in force at a size that the trust file does not name.</summary>
    public bool IsTrustBehind => _terms.Exists(t => t.To is null && !trust.Log.Contains(t.Key));

    private void Add(long index, JsonElement record)
    {
        var body = record.GetProperty("body");
        var key = NoteVerifierKey.Parse(Text(body, "key"));
        RootStatement.Demand(record, "rotate", key.ToString(), trust);
        if (key.Name != trust.Origin || Text(body, "former") != _terms[^1].Key.ToString()
            || _terms.Exists(t => t.Key == key))
        {
            throw new FormatException("it does not follow on the key before.");
        }

        _until[_terms[^1].Key] = Time(Text(body, "until"));
        _terms.Add(new LogKeyTerm(key, index + 1, null));
        _told.Add($"The root key made {key} a key of the log in entry {index}; the one before ends after "
            + $"{Text(body, "until")}.");
    }

    private void End(long index, JsonElement record)
    {
        var text = Text(record.GetProperty("body"), "key");
        var place = _terms.FindIndex(t => t.Key.ToString() == text && t.To is null);
        if (place < 0 || !_until.TryGetValue(_terms[place].Key, out var until)
            || Time(Text(record, "time")) < until)
        {
            throw new FormatException("the key it ends is not one that was to end by then.");
        }

        _terms[place] = _terms[place] with { To = index };
        _told.Add($"Key {text} ended with entry {index}: what it signs alone above {index} counts for nothing.");
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()
        ?? throw new FormatException($"its \"{name}\" is null.");

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}

/// <summary>Takes a log's later keys over into a trust file, on nothing but the pinned root key's word.</summary>
public static class TrustRenewal
{
    /// <summary>
    /// The trust file with the keys that the log's entries name, each with its term. Shows nothing about the entries:
    /// verify the folder with it before it is believed.
    /// </summary>
    /// <param name="ledgerFolder">The folder that holds <c>checkpoint</c> and <c>tile</c>.</param>
    /// <param name="trust">The file so far.</param>
    /// <exception cref="FormatException">An entry claims a key that the root key did not name.</exception>
    public static TrustFile Read(string ledgerFolder, TrustFile trust)
    {
        if (trust.Log.Count == 0)
            throw new FormatException("The trust file names no key of the log.");

        var folder = new LogFolder(ledgerFolder);
        var history = new LogKeyHistory(trust);
        long index = 0;
        while (folder.Bundle(index / LogFolder.Width, 1) is { Count: > 0 })
        {
            var bundle = folder.WidestBundle(index / LogFolder.Width);
            foreach (var entry in bundle)
            {
                if (LeafFacts.Read(entry.Span, out _) is { } leaf && history.Next(index, leaf, entry) is { } fault)
                    throw new FormatException(fault.Message);

                index++;
            }

            if (bundle.Count < LogFolder.Width)
                break;
        }

        return history.HasChanged
            ? trust with { Log = [.. history.Terms.Select(t => t.Key)], LogTerms = history.Terms }
            : trust;
    }
}
