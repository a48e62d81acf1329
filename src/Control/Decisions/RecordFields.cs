namespace Provost.Control.Decisions;

/// <summary>Members of a record that an outcome may leave to its intent.</summary>
internal enum RecordMember
{
    None,
    Adoption,
    Body,
    Bytes,
    Caller,
    Code,
    Cohort,
    Count,
    DataClass,
    Decision,
    Drill,
    Ended,
    Environment,
    Exception,
    Features,
    Fingerprint,
    From,
    Guardrails,
    Id,
    Model,
    ModelRequested,
    ModelServed,
    Outcome,
    Parent,
    Release,
    Route,
    Score,
    Session,
    Source,
    Status,
    Subject,
    System,
    Time,
    Timing,
    To,
    Trace,
    Type,
    Usage,
    UserAgent,
    Warrant,
}

/// <summary>
/// What index and signals take from a record of any type: whatever is there in the kind expected; the rest is null.
/// The stored bytes are the truth, so nothing is refused here that can be shown.
/// </summary>
internal sealed class RecordFields
{
    private ulong _members;

    public string? Type { get; set; }
    public Guid Id { get; set; }
    public Guid Decision { get; set; }
    public DateTimeOffset Time { get; set; }
    public string? System { get; set; }
    public string? Environment { get; set; }
    public string? Release { get; set; }
    public string? Warrant { get; set; }
    public string? Exception { get; set; }
    public string? Adoption { get; set; }
    public string? Outcome { get; set; }
    public string? Ended { get; set; }
    public string? Code { get; set; }
    public string? Route { get; set; }
    public string? CallerKey { get; set; }
    public string? Subject { get; set; }

    /// <summary>As <c>name=value</c>, sorted; shared between records that say the same.</summary>
    public string[] Cohort { get; set; } = [];

    public string? DataClass { get; set; }
    public string? ModelRequested { get; set; }
    public string? ModelServed { get; set; }
    public string? Fingerprint { get; set; }
    public long? Status { get; set; }
    public long? TotalUs { get; set; }
    public long? UpstreamUs { get; set; }

    /// <summary>Whether the record says anything of the upstream, be it that it was not called.</summary>
    public bool SaysUpstream { get; set; }
    public long? FirstByteUs { get; set; }
    public long? TokensIn { get; set; }
    public long? TokensOut { get; set; }
    public bool? Drill { get; set; }

    /// <summary>Guardrail results as a JSON array; null when there is none.</summary>
    public string? Exceptions { get; set; }

    /// <summary>Ids of the guardrails that looked; shared between records that say the same.</summary>
    public string[] Ran { get; set; } = [];

    public string? Session { get; set; }
    public string? Trace { get; set; }
    public Guid? Parent { get; set; }
    public string? Score { get; set; }

    /// <summary>Commitment to the features, base64.</summary>
    public string? FeaturesHmac { get; set; }

    public BodySubject? Body { get; set; }

    /// <summary>Commitment to a refused caller's source, base64; so with all that follows.</summary>
    public string? SourceHmac { get; set; }
    public string? UserAgent { get; set; }
    public string? Model { get; set; }
    public long? Count { get; set; }
    public long? Bytes { get; set; }
    public DateTimeOffset? From { get; set; }
    public DateTimeOffset? To { get; set; }

    /// <summary>Whether a member is there; one that is there counts even when it is null: that is "unbound".</summary>
    public bool Has(RecordMember member) => (_members & (1UL << (int)member)) != 0;

    public void Note(RecordMember member) => _members |= 1UL << (int)member;

    /// <summary>A leaf's row: what its record says, and what an outcome leaves to its intent.</summary>
    public static DecisionRow ToRow(LogLeaf leaf, RecordFields? intent, long? intentLeaf) =>
        leaf.Record.ToRow(intent, new DecisionRow
        {
            LeafIndex = leaf.Index,
            LeafHash = leaf.Hash,
            IntentLeaf = intentLeaf,
            Id = leaf.Record.Decision,
            Time = leaf.Record.Time,
            Stream = leaf.Stream,
            Seq = leaf.Seq,
            Cohort = [],
        });

    /// <summary>Fills what the record says into a row that has what its leaf says.</summary>
    public DecisionRow ToRow(RecordFields? intent, DecisionRow leaf)
    {
        return leaf with
        {
            System = Of(RecordMember.System).System,
            Environment = Of(RecordMember.Environment).Environment,
            Release = Of(RecordMember.Release).Release,
            Warrant = Of(RecordMember.Warrant).Warrant,
            Outcome = Of(RecordMember.Outcome).Outcome,
            Ended = Of(RecordMember.Ended).Ended,
            Code = Of(RecordMember.Code).Code,
            Route = Of(RecordMember.Route).Route,
            CallerKey = Of(RecordMember.Caller).CallerKey,
            Subject = Of(RecordMember.Subject).Subject,
            Cohort = Of(RecordMember.Cohort).Cohort,
            DataClass = Of(RecordMember.DataClass).DataClass,
            ModelRequested = Of(RecordMember.ModelRequested).ModelRequested,
            ModelServed = Of(RecordMember.ModelServed).ModelServed,
            Status = (int?)Of(RecordMember.Status).Status,
            TotalUs = Of(RecordMember.Timing).TotalUs,
            UpstreamUs = Of(RecordMember.Timing).UpstreamUs,
            FirstByteUs = Of(RecordMember.Timing).FirstByteUs,
            TokensIn = Of(RecordMember.Usage).TokensIn,
            TokensOut = Of(RecordMember.Usage).TokensOut,
            Drill = Of(RecordMember.Drill).Drill == true,
            Exceptions = Of(RecordMember.Guardrails).Exceptions,
            Ran = Of(RecordMember.Guardrails).Ran,
            Session = Of(RecordMember.Session).Session,
            Trace = Of(RecordMember.Trace).Trace,
            Parent = Of(RecordMember.Parent).Parent,
            Score = Of(RecordMember.Score).Score,
            UnderException = Of(RecordMember.Exception).Exception,
            Adoption = Of(RecordMember.Adoption).Adoption,
        };

        RecordFields Of(RecordMember member) => intent is null || Has(member) ? this : intent;
    }
}
