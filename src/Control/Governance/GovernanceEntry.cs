using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Provost.Control.Governance;

/// <summary>Who did it, as the log knows them.</summary>
/// <param name="Kind"><c>person</c>, <c>service</c> or <c>pipeline</c> (a program in a person's name),
/// <c>response</c> (the control plane tightening by itself), <c>system</c> (its own housekeeping) or <c>setup</c> (the
/// first start).</param>
/// <param name="Id">A person's random id; a program's token; for the others a fixed word.</param>
public sealed record Actor(string Kind, string Id)
{
    public static readonly Actor Response = new("response", "response");
    public static readonly Actor Self = new("system", "control");
    public static readonly Actor Setup = new("setup", "setup");

    public static Actor Person(string id) => new("person", id);
}

/// <summary>The facts of one verb. A seam: each verb is one record, found by its <see cref="Verb"/>.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IGovernanceBody<TSelf>
    where TSelf : IGovernanceBody<TSelf>
{
    /// <summary>The word after <c>gov.</c> in the record's type.</summary>
    static abstract string Verb { get; }

    /// <summary>How the body is written and read; strict.</summary>
    static abstract JsonTypeInfo<TSelf> Json { get; }
}

/// <summary>
/// One act of governance: what a <c>gov.*</c> record says. Holds no personal data; people are random ids, mail
/// addresses
/// salted commitments.
/// </summary>
public sealed record GovernanceEntry
{
    public required Guid Id { get; init; }

    /// <summary>UTC, whole microseconds. Rules that depend on time use this one, so a replay decides alike.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The record's number at node <c>control</c>, from 0; -1 until it is written.</summary>
    public long Position { get; init; } = -1;

    /// <summary>Index of the record's entry in the log, where a start read it from there; -1 otherwise. No part of the
    /// act: the signer's chain over the acts does not hold it.</summary>
    [JsonIgnore]
    public long Leaf { get; init; } = -1;

    public required string Verb { get; init; }

    public required Actor Actor { get; init; }

    /// <summary>The person in whose name a program acted, for readers; the fold finds it anew. Null when the actor is
    /// no program. Left out where null, so that what was hashed before this member hashes alike.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OnBehalf { get; init; }

    /// <summary>What is acted on: a system's name, a person's id, a digest.</summary>
    public required string Object { get; init; }

    /// <summary>Digest of the object before, where that makes sense.</summary>
    public string? Before { get; init; }

    /// <summary>Digest of the object after, where that makes sense.</summary>
    public string? After { get; init; }

    /// <summary>The person's words. Personal data: sealed as a payload, not kept in the folded state.</summary>
    public string? Reason { get; init; }

    /// <summary>The DSSE envelope (JSON) that persons or keys signed; null for acts that need none.</summary>
    public JsonElement? Statement { get; init; }

    /// <summary>The facts of the verb.</summary>
    public required JsonElement Body { get; init; }

    public bool Drill { get; init; }

    /// <summary>The body as its record.</summary>
    /// <exception cref="JsonException">The body is not of that form.</exception>
    public T Read<T>()
        where T : IGovernanceBody<T> => Body.Deserialize(T.Json) ?? throw new JsonException("The body is null.");
}

/// <summary>An act that somebody asks for: an entry without id, time and place.</summary>
public sealed record GovernanceDraft
{
    public required string Verb { get; init; }
    public required Actor Actor { get; init; }

    /// <summary>The person behind a program that is not in the state yet; found in the state otherwise.</summary>
    public string? OnBehalf { get; init; }

    public required string Object { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }
    public string? Reason { get; init; }
    public JsonElement? Statement { get; init; }
    public required JsonElement Body { get; init; }
    public bool Drill { get; init; }

    /// <summary>A draft of a typed body.</summary>
    public static GovernanceDraft Of<T>(Actor actor, string target, T body)
        where T : IGovernanceBody<T> => new()
        {
            Verb = T.Verb,
            Actor = actor,
            Object = target,
            Body = JsonSerializer.SerializeToElement(body, T.Json),
        };
}
