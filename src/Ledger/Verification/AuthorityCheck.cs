using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// On what the decisions stand: each warrant that one names must be here, signed by the pinned warrant key, about the
/// system, environment and release of the decision, and carry approvals that the log records and their persons signed,
/// as many as its tier asks for. Each snapshot that a decision ran under must be one that the log says was issued.
/// </summary>
internal sealed class AuthorityCheck(TrustFile trust, KnownPeople people)
{
    private const string Approval = "https://provost.dev/approval/v1";
    private const string Warrant = "https://provost.dev/warrant/v1";
    private const string GenesisType = "application/vnd.provost.genesis+json";

    private readonly AdoptionActs _adoptions = new(trust, people);
    private readonly EnvelopeCheck _envelopes = new(trust);
    private readonly HashSet<string> _approvals = [];
    private readonly HashSet<string> _fromCheckout = [];
    private readonly Dictionary<string, SignedWords> _warrants = [];
    private readonly Dictionary<long, string?> _snapshots = [];
    private readonly Dictionary<Reference, Place> _named = [];
    private readonly Dictionary<(long Epoch, string Snapshot), Place> _ranUnder = [];
    private readonly HashSet<string> _persons = [];
    private long _decisions;

    public AuthorityCheck(TrustFile trust)
        : this(trust, new KnownPeople(trust))
    {
    }

    /// <summary>What a decision says that it stands on.</summary>
    private sealed record Reference(string Warrant, string? System, string? Environment, string? Release);

    /// <summary>Where it was first said.</summary>
    private sealed record Place(long Index, string Stream, long Seq);

    public VerificationFault? Next(long index, LeafFacts leaf, JsonElement record)
    {
        string? wrong;
        try
        {
            wrong = leaf.Stream == "gov" ? Govern(new GovernanceAct(record)) : Decide(index, leaf, record);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or InvalidOperationException
            or CanonicalFault or ArgumentException or OverflowException)
        {
            wrong = broken.Message;
        }

        return wrong is null
            ? null
            : Fault(wrong, new Place(index, leaf.Stream, leaf.Seq));
    }

    /// <summary>Once all entries came by: what decisions name may stand behind them in the log.</summary>
    public VerificationFault? End()
    {
        foreach (var (named, place) in _named)
        {
            if (!_warrants.TryGetValue(named.Warrant, out var warrant))
                return Fault($"it names warrant {named.Warrant}, which is not here", place);

            if (warrant.Say("system") != named.System || warrant.Say("environment") != named.Environment
                || (named.Release is not null && warrant.Say("release") != named.Release))
            {
                return Fault($"warrant {named.Warrant} is for something else", place);
            }
        }

        foreach (var ((epoch, snapshot), place) in _ranUnder)
        {
            if (!_snapshots.TryGetValue(epoch, out var issued))
                return Fault($"it ran under a snapshot of epoch {epoch}, which the entries here do not issue", place);

            if (issued is not null && issued != snapshot)
                return Fault($"it ran under another snapshot of epoch {epoch} than was issued", place);
        }

        return _adoptions.End() is { } wrong
            ? Fault(wrong.What, new Place(wrong.Place.Index, wrong.Place.Stream, wrong.Place.Seq))
            : null;
    }

    public void Report(List<string> isShown, List<string> isNot)
    {
        _adoptions.Report(isShown, isNot);
        if (_decisions == 0)
            return;

        isShown.Add(
            $"{_decisions} entries stand on {Count(_named.Keys.Select(n => n.Warrant).Distinct().Count(), "warrant")}, "
            + $"signed by the pinned warrant key, with approvals that {Count(_persons.Count, "person")} signed with "
            + "keys of the roster, as many as each tier asks for.");
        if (_ranUnder.Count > 0)
            isShown.Add($"They ran under {Count(_ranUnder.Count, "snapshot")} that the log issued.");

        if (_envelopes.Count > 0)
        {
            isShown.Add(
                $"{Count(_envelopes.Count, "warrant")} of these stand in an envelope that persons approved: within its "
                + "bounds, on a passed test that the warrant key signed.");
            isNot.Add(
                "That such a release differs from its parent in nothing beside what its warrant lists: gateways "
                + "compare the documents, which are not in a log.");
        }

        isNot.Add("That a signer was not the release's author, and that no revocation was left out of this bundle.");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static VerificationFault Fault(string what, Place place) => new(
        FaultKind.Authority,
        $"Entry {place.Index} ({place.Stream} {place.Seq}): {what}.",
        place.Index,
        place.Stream,
        place.Seq);

    private string? Decide(long index, LeafFacts leaf, JsonElement record)
    {
        var place = new Place(index, leaf.Stream, leaf.Seq);
        if (GovernanceAct.Text(record, "warrant") is { } warrant)
        {
            _decisions++;
            _named.TryAdd(
                new Reference(
                    warrant, GovernanceAct.Text(record, "system"), GovernanceAct.Text(record, "environment"),
                    GovernanceAct.Text(record, "release")),
                place);
        }

        _adoptions.Note(record, (index, leaf.Stream, leaf.Seq));
        if (GovernanceAct.Text(record, "snapshot") is { } snapshot)
            _ranUnder.TryAdd((GovernanceAct.Member(record, "epoch").GetInt64(), snapshot), place);

        return null;
    }

    private string? Govern(GovernanceAct act)
    {
        switch (act.Verb)
        {
            case "genesis":
                return Found(act);
            case "approval":
                return Approve(act);
            case "warrant_issued":
                return Issue(act);
            case "snapshot_issued":
                var epoch = GovernanceAct.Member(act.Body, "epoch").GetInt64();
                _snapshots[epoch] = GovernanceAct.Text(act.Body, "payload");
                return null;
            default:
                _envelopes.Take(act);
                return people.Take(act) ?? _adoptions.Take(act);
        }
    }

    private string? Found(GovernanceAct act)
    {
        var envelope = act.Envelope;
        return envelope.PayloadType == GenesisType
            && envelope.Payload.AsSpan().SequenceEqual(CanonicalJson.From(act.Body))
            && trust.Root.Any(envelope.IsSignedBy)
                ? null
                : "the genesis is not signed by the pinned root key";
    }

    private string? Approve(GovernanceAct act)
    {
        var words = GovernanceAct.Words(act.Envelope, Approval);
        var person = words.Say("person");
        if (person != act.Actor || words.Say("org") != trust.Org)
            return "the approval is another person's or another organisation's";

        if (!people.HasSigned(person, act.Envelope, act.Time))
            return $"{person} did not sign this approval with a key of the roster";

        var digest = Digest.Of(Dsse.Write(act.Envelope));
        _approvals.Add(digest);
        if (words.Say("digestFrom") == "checkout" && people.HasSignedWithFile(person, act.Envelope, act.Time))
            _fromCheckout.Add(digest);

        return null;
    }

    private string? Issue(GovernanceAct act)
    {
        var envelope = act.Envelope;
        var id = GovernanceAct.Text(act.Body, "warrant") ?? throw new FormatException("\"warrant\" is missing");
        if (!trust.Warrant.Any(envelope.IsSignedBy))
            return $"warrant {id} is not signed by a pinned warrant key";

        var words = GovernanceAct.Words(envelope, Warrant);
        if (words.Say("id") != id || words.Say("org") != trust.Org || !IsAboutItself(words))
            return $"warrant {id} is about something else than it names";

        if (IsTooLongAnExperiment(words))
            return $"warrant {id} lasts longer than the experimental lane allows";

        if (EnvelopeCheck.IsVariant(words))
        {
            if (_envelopes.Fault(id, words, _warrants) is { } outside)
                return outside;

            _warrants[id] = words;
            return null;
        }

        var persons = new HashSet<string>();
        var isFromCheckout = false;
        foreach (var json in GovernanceAct.Member(words.Predicate, "approvals").EnumerateArray())
        {
            var approval = Dsse.Read(json);
            var said = GovernanceAct.Words(approval, Approval);
            var digest = Digest.Of(Dsse.Write(approval));
            if (!_approvals.Contains(digest))
                return $"warrant {id} carries an approval of {said.Say("person")} that the log does not record here";

            if (!IsSame(said, words))
                return $"warrant {id} carries an approval of something else";

            persons.Add(said.Say("person")!);
            isFromCheckout |= _fromCheckout.Contains(digest);
        }

        if (Quorum(id, words, persons, isFromCheckout) is { } missing)
            return missing;

        _warrants[id] = words;
        _persons.UnionWith(persons);
        return null;
    }

    private string? Quorum(string id, SignedWords warrant, HashSet<string> persons, bool isFromCheckout)
    {
        var tier = warrant.Say("tier");
        var needed = SigningQuorum.Persons(tier, warrant.Say("environment"));
        if (persons.Count < needed)
            return $"warrant {id} has {persons.Count} approvals; tier {tier} needs {needed}";

        if (tier == "high" && !isFromCheckout)
            return $"warrant {id} has no approval from a checkout; tier {tier} needs one";

        var owners = GovernanceAct.Member(warrant.Predicate, "owners");
        string?[] deciding = [GovernanceAct.Text(owners, "business"), GovernanceAct.Text(owners, "technical")];
        var hasOwnerAndApprover = persons.Any(owner => deciding.Contains(owner)
            && persons.Any(other => other != owner && people.Holds(other, "approver")));
        return needed == 1 || hasOwnerAndApprover
            ? null
            : $"warrant {id} lacks the approval of an owner or of a second person with role approver";
    }

    private static bool IsTooLongAnExperiment(SignedWords warrant) =>
        warrant.Say("environment") == SigningQuorum.Experimental
        && GovernanceAct.Member(warrant.Predicate, "notAfter").GetDateTimeOffset()
            - GovernanceAct.Member(warrant.Predicate, "notBefore").GetDateTimeOffset()
            > SigningQuorum.LongestExperiment;

    private static bool IsAboutItself(SignedWords warrant) =>
        warrant.IsAbout("release.json", warrant.Say("release")) && warrant.IsAbout("terms.json", warrant.Say("terms"));

    private static bool IsSame(SignedWords approval, SignedWords warrant) =>
        new[] { "org", "environment", "system", "release", "terms", "tier" }
            .All(name => approval.Say(name) is { } said && said == warrant.Say(name))
        && approval.IsAbout("release.json", warrant.Say("release"))
        && approval.IsAbout("terms.json", warrant.Say("terms"));
}
