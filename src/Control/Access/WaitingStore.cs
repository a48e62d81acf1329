using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>What of a waiting change never alters: its digest stands in the log.</summary>
internal sealed record WaitingDocument(
    string Change, GovernanceDraft Draft, byte[] Payload, PersonRow? Row)
{
    public static byte[] Write(WaitingChange change) => JsonSerializer.SerializeToUtf8Bytes(
        new WaitingDocument(change.Change, change.Draft, change.Payload, change.Row),
        WaitingJson.Default.WaitingDocument);

    /// <summary>The change that a row holds; null when it is not what the log says was asked for.</summary>
    public static WaitingChange? Read(AskedChange asked, byte[] document, string signatures)
    {
        if (Digest.Of(document) != asked.Document)
            return null;

        var read = JsonSerializer.Deserialize(document, WaitingJson.Default.WaitingDocument)!;
        return new WaitingChange
        {
            Id = asked.Change,
            Person = asked.Person,
            Change = read.Change,
            By = asked.By,
            Asked = asked.At,
            Until = asked.Until,
            Draft = read.Draft,
            Payload = read.Payload,
            Signatures = ReadSignatures(signatures),
            Reason = read.Draft.Reason,
            Row = read.Row,
        };
    }

    public static string WriteSignatures(WaitingChange change) =>
        JsonSerializer.Serialize(change.Signatures, WaitingJson.Default.IReadOnlyListEnvelopeSignature);

    private static IReadOnlyList<EnvelopeSignature> ReadSignatures(string text)
    {
        try
        {
            var read = JsonSerializer.Deserialize(text, WaitingJson.Default.IReadOnlyListEnvelopeSignature);
            return [.. (read ?? []).OfType<EnvelopeSignature>()];
        }
        catch (JsonException)
        {
            return []; // they prove themselves or count for nothing: whoever signed signs again
        }
    }
}

/// <summary>The table of changes that wait. Rows are told from what the log says was asked for, never
/// believed.</summary>
internal sealed class WaitingStore(Database database)
{
    public Task<IReadOnlyList<WaitingRow>> AllAsync(CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<WaitingRow>>(async (connection, token) =>
        [
            .. await connection.QueryAsync<WaitingRow>(new CommandDefinition(
                "SELECT change AS Change, document AS Document, signatures AS Signatures FROM waiting_change",
                cancellationToken: token)),
        ], cancellationToken);

    public Task PutAsync(WaitingChange change, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO waiting_change (change, document, signatures) VALUES (@Id, @Document, @Signatures)
            ON CONFLICT (change) DO UPDATE SET signatures = @Signatures
            """,
            new
            {
                change.Id,
                Document = WaitingDocument.Write(change),
                Signatures = WaitingDocument.WriteSignatures(change),
            },
            cancellationToken: token)), cancellationToken);

    public Task RemoveAsync(Guid change, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM waiting_change WHERE change = @change", new { change }, cancellationToken: token)),
            cancellationToken);
}

/// <summary>A row as it stands in the table.</summary>
internal sealed record WaitingRow(Guid Change, byte[] Document, string Signatures);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WaitingDocument))]
[JsonSerializable(typeof(IReadOnlyList<EnvelopeSignature>))]
internal sealed partial class WaitingJson : JsonSerializerContext;
