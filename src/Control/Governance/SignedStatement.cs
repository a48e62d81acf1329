using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Control.Governance;

/// <summary>An in-toto statement inside its envelope: read strictly, not yet believed.</summary>
internal sealed record SignedStatement<T>(Envelope Envelope, Statement<T> Statement)
{
    public T Predicate => Statement.Predicate;
}

/// <summary>Reads statements out of envelopes and makes the payloads that persons and keys sign.</summary>
internal static class SignedStatement
{
    public static Answer<SignedStatement<T>> Read<T>(
        JsonElement? json, string predicateType, JsonTypeInfo<Statement<T>> type)
    {
        if (json is not { ValueKind: JsonValueKind.Object } element)
            return Malformed("a signed statement is needed here.");

        try
        {
            var envelope = Dsse.Read(element);
            if (envelope.PayloadType != Statement<T>.PayloadType)
                return Malformed($"its payload type is not {Statement<T>.PayloadType}.");

            if (!CanonicalJson.IsCanonical(envelope.Payload))
                return Malformed("its payload is not canonical JSON.");

            var statement = JsonSerializer.Deserialize(envelope.Payload, type);
            return statement is not null && statement.PredicateType == predicateType
                && statement.Type == Statement<T>.StatementType
                ? new SignedStatement<T>(envelope, statement)
                : Malformed($"its predicate type is not {predicateType}.");
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            return Malformed(fault.Message);
        }
    }

    public static Answer<SignedStatement<ActPredicate>> ReadAct(JsonElement? json) =>
        Read(json, PredicateTypes.Act, SnapshotJson.Default.StatementActPredicate);

    public static Answer<SignedStatement<ApprovalPredicate>> ReadApproval(JsonElement? json) =>
        Read(json, PredicateTypes.Approval, SnapshotJson.Default.StatementApprovalPredicate);

    public static Answer<SignedStatement<WarrantPredicate>> ReadWarrant(JsonElement? json) =>
        Read(json, PredicateTypes.Warrant, SnapshotJson.Default.StatementWarrantPredicate);

    /// <summary>The canonical payload of a statement.</summary>
    public static byte[] Payload<T>(Statement<T> statement, JsonTypeInfo<Statement<T>> type) =>
        CanonicalJson.From(JsonSerializer.SerializeToElement(statement, type));

    /// <summary>The payload of an act.</summary>
    public static byte[] ActPayload(ActPredicate act, IReadOnlyList<StatementSubject> subject) => Payload(
        new Statement<ActPredicate> { Subject = subject, PredicateType = PredicateTypes.Act, Predicate = act },
        SnapshotJson.Default.StatementActPredicate);

    /// <summary>An envelope as the value that a record embeds.</summary>
    public static JsonElement Element(Envelope envelope)
    {
        using var document = JsonDocument.Parse(Dsse.Write(envelope));
        return document.RootElement.Clone();
    }

    /// <summary>Digest of a body, as an act's <c>after</c> names it.</summary>
    public static string DigestOf<T>(T body)
        where T : IGovernanceBody<T> => Digest.Of(CanonicalJson.From(JsonSerializer.SerializeToElement(body, T.Json)));

    /// <summary>The nonce inside a statement's predicate, null when it has none.</summary>
    public static string? NonceOf(JsonElement? envelope)
    {
        if (envelope is not { } json)
            return null;

        var read = Dsse.Read(json);
        if (read.PayloadType != Statement<ActPredicate>.PayloadType)
            return null;

        using var document = JsonDocument.Parse(read.Payload);
        return document.RootElement.TryGetProperty("predicate", out var predicate)
            && predicate.ValueKind == JsonValueKind.Object
            && predicate.TryGetProperty("nonce", out var nonce) ? nonce.GetString() : null;
    }

    private static GovernanceFault Malformed(string why) => new(
        FaultKind.Invalid, "provost.statement.malformed", "The statement cannot be read: " + why,
        "Ask for the statement to sign again and sign exactly its bytes.");
}
