namespace Provost.Gateway.Protocols;

/// <summary>What an upstream's answer says about itself, gathered while it is filtered.</summary>
internal sealed class AnswerFacts
{
    /// <summary>The model that answered (a scorer: its version), as the answer names it.</summary>
    public string? ModelServed { get; set; }

    /// <summary>True when the answer's model is the approved one.</summary>
    public bool? IsApprovedModel { get; set; }

    public string? Fingerprint { get; set; }

    /// <summary>Whether all that the release asks of an answer's origin was there, and as approved.</summary>
    public bool IsFrom(ApprovedAnswer approved) => approved.IsAny
        || (IsApprovedModel is true && (approved.Fingerprints.Count == 0 || Fingerprint is not null));

    public long TokensIn { get; set; }

    public long TokensOut { get; set; }

    public bool HasUsage { get; set; }

    /// <summary>A scorer's score as a decimal string.</summary>
    public string? Score { get; set; }

    /// <summary>The upstream says in its answer that it failed.</summary>
    public bool IsError { get; set; }
}

/// <summary>What became of a whole answer.</summary>
internal enum AnswerFate
{
    /// <summary>Forward the original bytes.</summary>
    Untouched,

    /// <summary>Forward the filtered copy.</summary>
    Edited,

    /// <summary>A guardrail blocks it.</summary>
    Blocked,

    /// <summary>It is not what the protocol says; nothing of it is forwarded.</summary>
    Unreadable,
}

/// <summary>What became of one event of a streamed answer.</summary>
internal enum StreamFate
{
    Continue,
    Blocked,
    Unreadable,

    /// <summary>The upstream reported an error inside the stream.</summary>
    Failed,

    /// <summary>The terminal event has come.</summary>
    Done,
}
