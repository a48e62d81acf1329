using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provost.Control.Decisions;
using Provost.Control.Why;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Server.Start;

/// <summary>The vault of custody level C0: opens payloads in this process.</summary>
internal sealed class Vault(PayloadStore store, PayloadOpener opener)
{
    /// <summary>The payload's bytes, null when it is gone.</summary>
    public byte[]? Read(string node, long nodeSeq, Guid decision, PayloadField field, string hmac)
    {
        if (store.Find(node, nodeSeq, field) is not { } part)
            return null;

        try
        {
            return opener.Open(part, decision, field, hmac);
        }
        catch (CryptographicException)
        {
            return null; // erased, or changed on disk: "cannot be opened" is the answer, not a crash of the reader
        }
    }

    /// <summary>What is kept of a decision's input and output; null when nothing is.</summary>
    public ContentView? Content(TileLogReader log, DecisionRow row)
    {
        string? input = null, output = null;
        foreach (var index in new[] { row.IntentLeaf, row.LeafIndex })
        {
            if (index is not { } at)
                continue;

            using var document = JsonDocument.Parse(log.ReadLeaf(at));
            input ??= Text(document.RootElement, row.Id, "input", PayloadField.Input);
            output ??= Text(document.RootElement, row.Id, "output", PayloadField.Output);
        }

        return input is null && output is null ? null : new ContentView(input, output);
    }

    /// <summary>The address behind a refused caller's commitment, for the shadow list.</summary>
    public ValueTask<string?> SourceAsync(RefusedSource source) => ValueTask.FromResult(
        Read(source.Node, source.NodeSeq, source.Record, PayloadField.Source, source.Commitment) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : null);

    private string? Text(JsonElement leaf, Guid decision, string name, PayloadField field) =>
        leaf.GetProperty("record").TryGetProperty(name, out var committed)
        && committed.ValueKind == JsonValueKind.Object
        && Read(
            leaf.GetProperty("node").GetString()!, leaf.GetProperty("nodeSeq").GetInt64(), decision, field,
            committed.GetProperty("hmac").GetString()!) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : null;
}
