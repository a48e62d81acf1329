using System.Collections.Immutable;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Custody;
using Provost.Control.Drills;
using Provost.Control.Erasure;
using Provost.Control.Evaluations;
using Provost.Control.Evidence;
using Provost.Control.Exceptions;
using Provost.Control.Holds;
using Provost.Control.Incidents;
using Provost.Control.Intake.Editions;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.Control.Reviews;
using Provost.Control.Vendors;

namespace Provost.Control.Governance;

/// <summary>
/// Everything that has authority, folded from the <c>gov</c> stream. Immutable: readers keep the one they took.
/// <see cref="Apply"/> holds every rule that needs no file and no database, so that a command is checked by trying it
/// and a replay decides exactly as the first time.
/// </summary>
public sealed record GovernanceState
{
    /// <summary>Before the genesis.</summary>
    public static readonly GovernanceState Empty = new();

    /// <summary>Null before the first start has ended.</summary>
    public Genesis? Genesis { get; init; }

    /// <summary>Number at node <c>control</c> of the last record applied; -1 before the first.</summary>
    public long Position { get; init; } = -1;

    /// <summary>Time of the last record applied.</summary>
    public DateTimeOffset At { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Highest epoch of a snapshot ever issued.</summary>
    public long Epoch { get; init; }

    /// <summary>How the platform's keys are kept, as the log says it: <c>C0</c> or <c>C1</c>.</summary>
    public string Custody { get; init; } = "C0";

    /// <summary>Where the root key let the log go on from something else than was signed last.</summary>
    public ResetState Resets { get; init; } = ResetState.Empty;

    /// <summary>The keys that sign and signed checkpoints.</summary>
    public LogKeyState LogKeys { get; init; } = LogKeyState.Empty;

    public RosterState Roster { get; init; } = RosterState.Empty;

    public RegistryState Registry { get; init; } = RegistryState.Empty;

    public TaxonomyState Taxonomies { get; init; } = TaxonomyState.Empty;

    public ApprovalState Approvals { get; init; } = ApprovalState.Empty;

    public WarrantState Warrants { get; init; } = WarrantState.Empty;

    public ClientKeyState ClientKeys { get; init; } = ClientKeyState.Empty;

    public OrderState Orders { get; init; } = OrderState.Empty;

    public IncidentState Incidents { get; init; } = IncidentState.Empty;

    public RehearsalState Rehearsals { get; init; } = RehearsalState.Empty;

    public ExceptionState Exceptions { get; init; } = ExceptionState.Empty;

    public AdoptionState Adoptions { get; init; } = AdoptionState.Empty;

    public NoticeState Notices { get; init; } = NoticeState.Empty;

    public HoldState Holds { get; init; } = HoldState.Empty;

    public ErasureState Erasures { get; init; } = ErasureState.Empty;

    public RetentionState Retention { get; init; } = RetentionState.Empty;

    public RevealState Reveals { get; init; } = RevealState.Empty;

    public VendorState Vendors { get; init; } = VendorState.Empty;

    public ReviewState Reviews { get; init; } = ReviewState.Empty;

    public DrillState Drills { get; init; } = DrillState.Empty;

    public NodeHeadState NodeHeads { get; init; } = NodeHeadState.Empty;

    /// <summary>Nonces of every statement that had effect: none has effect twice.</summary>
    internal ImmutableHashSet<string> Nonces { get; init; } = [];

    /// <summary>The genesis; asking before there is one is a bug.</summary>
    public Genesis Founded => Genesis ?? throw new InvalidOperationException("There is no genesis yet.");

    /// <summary>
    /// The state with one more record, or why the record has no effect. A record at or below <see cref="Position"/> was
    /// applied already and changes nothing.
    /// </summary>
    public Answer<GovernanceState> Apply(GovernanceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Position >= 0 && entry.Position <= Position)
            return this;

        // InvalidOperationException: a member of another JSON kind than its place asks for, or no body at all.
        Answer<GovernanceState> next;
        try
        {
            next = Genesis is null && entry.Verb != GenesisMade.Verb ? NotFounded() : Once(entry);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            next = new GovernanceFault(
                FaultKind.Invalid, "provost.governance.body", $"The {entry.Verb} record is malformed: {fault.Message}",
                "Use the build that wrote it, or one of this edition to write it.");
        }

        return next.Fault is { } no ? no : next.Value.Reached(entry);
    }

    /// <summary>The same state, having passed a record that has no effect.</summary>
    internal GovernanceState Reached(GovernanceEntry entry) => this with
    {
        Position = Math.Max(Position, entry.Position),
        At = entry.Time > At ? entry.Time : At,
    };

    private static GovernanceFault NotFounded() => new(
        FaultKind.Conflict, "provost.governance.no_genesis", "There is no genesis yet.", "Finish the first start.");

    private Answer<GovernanceState> Once(GovernanceEntry entry)
    {
        if (SignedStatement.NonceOf(entry.Statement) is not { } nonce)
            return Fold(entry);

        if (nonce.Length < 16 || Nonces.Contains(nonce))
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.statement.replayed",
                "This statement has had its effect already.", "Ask for a new statement and sign that.");
        }

        return With(Fold(entry), (_, next) => next with { Nonces = next.Nonces.Add(nonce) });
    }

    private Answer<GovernanceState> Fold(GovernanceEntry entry)
    {
        if (entry.Verb == GenesisMade.Verb)
            return Found(entry);

        if (entry.Verb == SnapshotIssued.Verb)
            return Raise(entry.Read<SnapshotIssued>());

        if (entry.Verb == CustodyChanged.Verb)
            return this with { Custody = entry.Read<CustodyChanged>().Level };

        if (entry.Verb == LedgerReset.Verb)
            return With(Resets.Apply(entry, this), (state, resets) => state.ResetBy(resets));

        if (LogKeyState.Verbs.Contains(entry.Verb))
            return With(LogKeys.Apply(entry, this), (state, keys) => state with { LogKeys = keys });

        if (RosterState.Verbs.Contains(entry.Verb))
            return With(Roster.Apply(entry, this), (state, roster) => state with { Roster = roster });

        if (RegistryState.Verbs.Contains(entry.Verb))
            return With(Registry.Apply(entry, this), (state, registry) => state.RegisteredAs(registry, entry));

        if (ApprovalState.Verbs.Contains(entry.Verb))
            return With(Approvals.Apply(entry, this), (state, approvals) => state.Decided(entry, approvals));

        if (WarrantState.Verbs.Contains(entry.Verb))
            return With(Warrants.Apply(entry, this), (state, warrants) => state.WarrantedAs(warrants, entry));

        if (ClientKeyState.Verbs.Contains(entry.Verb))
            return With(ClientKeys.Apply(entry, this), (state, keys) => state with { ClientKeys = keys });

        if (OrderState.Verbs.Contains(entry.Verb))
            return With(Orders.Apply(entry, this), (state, orders) => state with { Orders = orders });

        if (RehearsalState.Verbs.Contains(entry.Verb))
            return With(Rehearsals.Apply(entry, this), (state, next) => state with { Rehearsals = next });

        if (ExceptionState.Verbs.Contains(entry.Verb))
            return With(Exceptions.Apply(entry, this), (state, next) => state with { Exceptions = next });

        if (AdoptionState.Verbs.Contains(entry.Verb))
            return With(Adoptions.Apply(entry, this), (state, next) => state with { Adoptions = next });

        if (IncidentEventJson.Verbs.Contains(entry.Verb))
            return Note(entry);

        if (VendorState.Verbs.Contains(entry.Verb))
            return With(Vendors.Apply(entry, this), (state, vendors) => state with { Vendors = vendors });

        return FoldRecords(entry);
    }

    /// <summary>What becomes of contents.</summary>
    private Answer<GovernanceState> FoldRecords(GovernanceEntry entry)
    {
        if (TaxonomyState.Verbs.Contains(entry.Verb))
            return Taxonomies.Apply(entry, this);

        if (ReviewState.Verbs.Contains(entry.Verb))
            return With(Reviews.Apply(entry, this), (state, reviews) => state with { Reviews = reviews });

        if (DrillState.Verbs.Contains(entry.Verb))
            return With(Drills.Apply(entry, this), (state, drills) => state with { Drills = drills });

        if (HoldState.Verbs.Contains(entry.Verb))
            return With(Holds.Apply(entry, this), (state, holds) => state with { Holds = holds });

        if (ErasureState.Verbs.Contains(entry.Verb))
            return With(Erasures.Apply(entry, this), (state, erasures) => state with { Erasures = erasures });

        if (RetentionState.Verbs.Contains(entry.Verb))
            return With(Retention.Apply(entry, this), (state, retention) => state with { Retention = retention });

        if (RevealState.Verbs.Contains(entry.Verb))
            return With(Reveals.Apply(entry, this), (state, reveals) => state with { Reveals = reveals });

        if (NoticeState.Verbs.Contains(entry.Verb))
            return With(Notices.Apply(entry), (state, notices) => state with { Notices = notices });

        if (NodeHeadState.Verbs.Contains(entry.Verb))
            return With(NodeHeads.Apply(entry), (state, heads) => state with { NodeHeads = heads });

        return this; // verbs that only stand in the log: exports, a later edition's
    }

    private Answer<GovernanceState> Found(GovernanceEntry entry)
    {
        if (Genesis is not null)
        {
            return new GovernanceFault(FaultKind.Conflict, "provost.genesis.second", "The log has a genesis already.",
                "Use another data folder for another log.");
        }

        return With(
            Governance.Genesis.From(entry),
            (state, genesis) => state with
            {
                Genesis = genesis,
                Custody = genesis.Facts.Custody,
                LogKeys = LogKeyState.From(genesis),
            });
    }

    private Answer<GovernanceState> Note(GovernanceEntry entry)
    {
        var said = IncidentEventJson.FromBody(entry.Verb, entry.Body);
        return said is IncidentEvent.Opened || Incidents.Incidents.ContainsKey(said.Incident)
            ? this with { Incidents = Incidents.Apply(said) }
            : new GovernanceFault(FaultKind.NotFound, "provost.incidents.unknown",
                $"Incident {said.Incident} was never opened.", "See the list of incidents.");
    }

    private Answer<GovernanceState> Raise(SnapshotIssued issued) => issued.Epoch > Epoch
        ? this with { Epoch = issued.Epoch }
        : new GovernanceFault(
            FaultKind.Conflict, "provost.snapshot.epoch", $"Epoch {issued.Epoch} is not above {Epoch}.",
            "Issue the next epoch.");

    /// <summary>An epoch that was signed is not used again, also where the log that told of it was given up.</summary>
    private GovernanceState ResetBy(ResetState resets) => this with
    {
        Resets = resets,
        Epoch = Math.Max(Epoch, resets.Made[^1].Facts.Epoch),
    };

    /// <summary>With a warrant begins the government of a system: what let it pass without ends.</summary>
    private GovernanceState WarrantedAs(WarrantState warrants, GovernanceEntry entry) =>
        entry.Verb == WarrantIssued.Verb
            ? this with
            {
                Warrants = warrants,
                Adoptions = Adoptions.EndedFor(
                    warrants.Issued[^1].Key, entry.Actor.Id, entry.Time, "A release was approved."),
            }
            : this with { Warrants = warrants };

    /// <summary>With a system end its client keys, its warrants, its exceptions, adoptions and lanes.</summary>
    private GovernanceState RegisteredAs(RegistryState registry, GovernanceEntry entry) =>
        entry.Verb == SystemRetired.Verb
            ? this with
            {
                Registry = registry,
                ClientKeys = ClientKeys.EndedFor(entry.Object, entry.Time),
                Warrants = Warrants.EndedFor(entry.Object, entry.Time),
                Exceptions = Exceptions.EndedFor(entry.Object, entry.Actor.Id, entry.Time),
                Adoptions = Adoptions.EndedFor(entry.Object, entry.Actor.Id, entry.Time),
                Rehearsals = Rehearsals.EndedFor(entry.Object, entry.Time),
            }
            : this with { Registry = registry };

    /// <summary>An approval by somebody who was proposed as an owner is also the acceptance of that office; a no ends
    /// the exceptions that would serve the release, and an adoption.</summary>
    private GovernanceState Decided(GovernanceEntry entry, ApprovalState approvals)
    {
        if (entry.Verb == ApprovalGiven.Verb)
        {
            return this with
            {
                Approvals = approvals,
                Registry = Registry.AcceptedBy(entry.Read<ApprovalGiven>().System, entry.Actor.Id, entry.Time),
            };
        }

        var no = approvals.Rejected[^1];
        return this with
        {
            Approvals = approvals,
            Exceptions = Exceptions.EndedFor(no.Key, no.Release, entry.Actor.Id, entry.Time),
            Adoptions = Adoptions.EndedFor(no.Key, entry.Actor.Id, entry.Time, "A release was rejected."),
        };
    }

    private Answer<GovernanceState> With<T>(Answer<T> part, Func<GovernanceState, T, GovernanceState> put) =>
        part.Fault is { } fault ? fault : put(this, part.Value);
}
