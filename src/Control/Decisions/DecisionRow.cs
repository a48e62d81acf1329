namespace Provost.Control.Decisions;

/// <summary>One decision as the index shows it; <see cref="LeafIndex"/> names the leaf that proves it.</summary>
public sealed record DecisionRow
{
    /// <summary>The outcome's leaf in the log; the intent's while no outcome is there.</summary>
    public required long LeafIndex { get; init; }

    /// <summary>RFC 6962 leaf hash, 32 bytes.</summary>
    public required byte[] LeafHash { get; init; }

    /// <summary>The intent's leaf, where one was written.</summary>
    public long? IntentLeaf { get; init; }

    /// <summary>The decision's id, as clients get it in <c>Provost-Decision</c>.</summary>
    public required Guid Id { get; init; }

    /// <summary>When the record was written, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The stream of the leaf, such as <c>sys:refund-assistant</c>.</summary>
    public required string Stream { get; init; }

    /// <summary>The leaf's number in its stream.</summary>
    public required long Seq { get; init; }

    /// <summary>The governed system; null where the call was not bound to one.</summary>
    public string? System { get; init; }

    /// <summary>The environment of the key.</summary>
    public string? Environment { get; init; }

    /// <summary>Release digest.</summary>
    public string? Release { get; init; }

    /// <summary>Warrant id.</summary>
    public string? Warrant { get; init; }

    /// <summary>Id of the exception it was made under.</summary>
    public string? UnderException { get; init; }

    /// <summary>Id of the adoption it passed under, ungoverned.</summary>
    public string? Adoption { get; init; }

    /// <summary><c>allowed</c>, <c>redacted</c>, <c>blocked</c>, <c>held</c> or <c>fallback</c>; null while only the
    /// intent is recorded.</summary>
    public string? Outcome { get; init; }

    /// <summary>How the answer ended: <c>complete</c>, <c>aborted_client</c>, <c>aborted_upstream</c>, <c>cut</c>
    /// or <c>unknown</c>.</summary>
    public string? Ended { get; init; }

    /// <summary>The refusal's stable code.</summary>
    public string? Code { get; init; }

    /// <summary>The gateway route.</summary>
    public string? Route { get; init; }

    /// <summary>Id of the client key (not the key).</summary>
    public string? CallerKey { get; init; }

    /// <summary>Salted commitment to the person decided about.</summary>
    public string? Subject { get; init; }

    /// <summary>Cohorts as <c>name=value</c>, sorted.</summary>
    public required IReadOnlyList<string> Cohort { get; init; }

    /// <summary>Data class of the call.</summary>
    public string? DataClass { get; init; }

    /// <summary>The model that the client named.</summary>
    public string? ModelRequested { get; init; }

    /// <summary>The model that the upstream says answered.</summary>
    public string? ModelServed { get; init; }

    /// <summary>HTTP status given to the client.</summary>
    public int? Status { get; init; }

    /// <summary>Whole call, µs.</summary>
    public long? TotalUs { get; init; }

    /// <summary>Part spent on the upstream, µs.</summary>
    public long? UpstreamUs { get; init; }

    /// <summary>To the first byte released, µs.</summary>
    public long? FirstByteUs { get; init; }

    /// <summary>Input tokens the upstream counted.</summary>
    public long? TokensIn { get; init; }

    /// <summary>Output tokens the upstream counted.</summary>
    public long? TokensOut { get; init; }

    /// <summary>A rehearsal through the real paths.</summary>
    public bool Drill { get; init; }

    /// <summary>Guardrail results that were not a plain pass, as a JSON array; null when there were none.</summary>
    public string? Exceptions { get; init; }

    /// <summary>Ids of the guardrails that looked at the call, input's before output's.</summary>
    public IReadOnlyList<string> Ran { get; init; } = [];

    /// <summary>The session that the call belongs to, as the gateway issued it.</summary>
    public string? Session { get; init; }

    /// <summary>Trace id of the caller's <c>traceparent</c>, 32 hexadecimal digits.</summary>
    public string? Trace { get; init; }

    /// <summary>The decision that this one follows from.</summary>
    public Guid? Parent { get; init; }

    /// <summary>What a scorer answered, a decimal string.</summary>
    public string? Score { get; init; }
}
