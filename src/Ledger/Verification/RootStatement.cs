using System.Text;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>What the root key's custodians signed, as an entry of the log embeds it.</summary>
internal static class RootStatement
{
    private const string InToto = "application/vnd.in-toto+json";
    private const string Act = "https://provost.dev/act/v1";

    /// <summary>The record of an entry of the <c>gov</c> stream, if it is of that type; null otherwise.</summary>
    public static JsonDocument? Record(LeafFacts leaf, ReadOnlyMemory<byte> entry, string type)
    {
        if (leaf.Stream != "gov" || entry.Span.IndexOf(Encoding.ASCII.GetBytes($"\"type\":\"{type}\"")) < 0)
            return null;

        var document = JsonDocument.Parse(entry);
        if (document.RootElement.GetProperty("record").GetProperty("type").GetString() == type)
            return document;

        document.Dispose();
        return null;
    }

    /// <summary>Demands that a pinned root key signed this verb over this object and the record's body; throws
    /// <see cref="FormatException"/> saying what is wrong.</summary>
    public static void Demand(JsonElement record, string verb, string subject, TrustFile trust)
    {
        var body = record.GetProperty("body");
        var envelope = Dsse.Read(record.GetProperty("statement"));
        if (envelope.PayloadType != InToto || !trust.Root.Any(envelope.IsSignedBy))
            throw new FormatException("no root key that the trust file names signed it.");

        using var statement = JsonDocument.Parse(envelope.Payload);
        var predicate = statement.RootElement.GetProperty("predicate");
        // an entry is canonical, so the body's text is what the statement's digest was made of
        var isSaid = statement.RootElement.GetProperty("predicateType").GetString() == Act
            && predicate.GetProperty("verb").GetString() == verb
            && predicate.GetProperty("object").GetString() == subject
            && predicate.GetProperty("org").GetString() == trust.Org
            && predicate.GetProperty("after").GetString() == Digest.Of(Encoding.UTF8.GetBytes(body.GetRawText()))
            && body.GetProperty("origin").GetString() == trust.Origin;
        if (!isSaid)
            throw new FormatException("what the root key signed is another statement.");
    }

    /// <summary>Whether a fault in reading means that the entry is not of the form it claims.</summary>
    public static bool IsMalformed(Exception fault) =>
        fault is FormatException or KeyNotFoundException or InvalidOperationException or JsonException;
}
