using System.Text;
using System.Text.Json;
using Provost.Control.Decisions;
using Provost.Control.Why;
using Provost.Ledger.Export;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;
using Provost.Ledger.Vault;

namespace Provost.Server.Start;

/// <summary>Finds sealed payloads on disk and has the vault open them.</summary>
internal sealed class Vault(PayloadStore store, IPayloadVault keys)
{
    private const string Signals = "signals";
    private const string Callers = "unregistered callers";

    private static readonly (string Name, PayloadField Field)[] Contents =
    [
        ("features", PayloadField.Features), ("input", PayloadField.Input), ("output", PayloadField.Output),
    ];

    /// <summary>A payload's bytes for the signals, null when it is gone.</summary>
    public byte[]? Features(string node, long nodeSeq, Guid decision, PayloadField field, string hmac) =>
        Read(new PayloadPlace(node, nodeSeq), decision, field, hmac, Signals, null, null);

    /// <summary>What is kept of a decision's input and output; null when nothing is.</summary>
    public ContentView? Content(TileLogReader log, DecisionRow row)
    {
        string? input = null, output = null;
        foreach (var index in new[] { row.IntentLeaf, row.LeafIndex })
        {
            if (index is not { } at)
                continue;

            using var document = JsonDocument.Parse(log.ReadLeaf(at));
            input ??= Text(document.RootElement, row, "input", PayloadField.Input);
            output ??= Text(document.RootElement, row, "output", PayloadField.Output);
        }

        return input is null && output is null ? null : new ContentView(input, output);
    }

    /// <summary>The address behind a refused caller's commitment, for the shadow list.</summary>
    public ValueTask<string?> SourceAsync(RefusedSource source) => ValueTask.FromResult(
        Read(
            new PayloadPlace(source.Node, source.NodeSeq), source.Record, PayloadField.Source, source.Commitment,
            Callers, null, null) is { } plain
            ? Encoding.UTF8.GetString(plain)
            : null);

    /// <summary>All that opens of a decision, with the salts of its commitments.</summary>
    public IReadOnlyList<RevealedPayload> Reveal(TileLogReader log, DecisionRow row)
    {
        var found = new List<RevealedPayload>();
        foreach (var index in new[] { row.IntentLeaf, row.LeafIndex }.OfType<long>())
        {
            using var document = JsonDocument.Parse(log.ReadLeaf(index));
            foreach (var (name, field) in Contents)
            {
                if (Open(document.RootElement, row, name, field) is { Content: { } content, Salt: { } salt })
                    found.Add(new RevealedPayload(index, $"/record/{name}", salt, content));
            }
        }

        return found;
    }

    private string? Text(JsonElement leaf, DecisionRow row, string name, PayloadField field) =>
        Open(leaf, row, name, field)?.Content is { } plain ? Encoding.UTF8.GetString(plain) : null;

    private OpenAnswer? Open(JsonElement leaf, DecisionRow row, string name, PayloadField field) =>
        leaf.GetProperty("record").TryGetProperty(name, out var committed)
        && committed.ValueKind == JsonValueKind.Object
            ? Ask(
                new PayloadPlace(leaf.GetProperty("node").GetString()!, leaf.GetProperty("nodeSeq").GetInt64()), row.Id,
                field, committed.GetProperty("hmac").GetString()!, $"reveal of {row.Id}", row.Subject,
                leaf.GetProperty("record").GetProperty("time").GetDateTimeOffset())
            : null;

    private byte[]? Read(
        PayloadPlace place, Guid record, PayloadField field, string hmac, string purpose, string? subject,
        DateTimeOffset? time) => Ask(place, record, field, hmac, purpose, subject, time)?.Content;

    private OpenAnswer? Ask(
        PayloadPlace place, Guid record, PayloadField field, string hmac, string purpose, string? subject,
        DateTimeOffset? time) =>
        store.Find(place.Node, place.NodeSeq, field) is { } part
            ? keys.Open(new OpenRequest
            {
                Place = place,
                Field = field,
                Record = record,
                Hmac = hmac,
                Part = part,
                Purpose = purpose,
                Subject = subject,
                Time = time,
            })
            : null;
}
