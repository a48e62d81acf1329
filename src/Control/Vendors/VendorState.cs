using System.Collections.Frozen;
using System.Collections.Immutable;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Signals;
using Provost.Ledger.Statements;
using ReleaseState = Provost.Control.Registry.ReleaseState;

namespace Provost.Control.Vendors;

/// <summary>A name and fingerprint under which answers came.</summary>
public sealed record SeenModel(string Model, string? Fingerprint, bool Approved, Guid Decision, DateTimeOffset At)
{
    /// <summary><c>gpt-5.2 (fp_44709d6fcb)</c>.</summary>
    public string Text => Fingerprint is null ? Model : $"{Model} ({Fingerprint})";
}

/// <summary>A provider's notice that a model ends, in force or withdrawn.</summary>
/// <param name="By">Person id.</param>
public sealed record VendorNotice(VendorNoticeAdded Says, string By, DateTimeOffset At)
{
    public string? WithdrawnBy { get; init; }

    public DateTimeOffset? WithdrawnAt { get; init; }

    public Guid Id => Says.Id;

    public bool InForce => WithdrawnAt is null;

    /// <summary>Whether the model of a release is the one that ends: as calls name it, or as answers do.</summary>
    public bool Ends(ReleaseState release) =>
        Says.Provider == release.Provider && (Says.Model == release.Model || Says.Model == release.Served);
}

/// <summary>Terms of a provider as they were set.</summary>
/// <param name="By">Person id.</param>
public sealed record VendorTerms(VendorTermsSet Says, string By, DateTimeOffset At);

/// <summary>What is known of those who serve models: which ones answered, which ones end, on what terms.</summary>
public sealed record VendorState
{
    /// <summary>Identities kept for one release; an upstream that invents names fills no log.</summary>
    public const int MostSeen = 64;

    internal static readonly FrozenSet<string> Verbs = new[]
    {
        ModelSeen.Verb, VendorNoticeAdded.Verb, VendorNoticeWithdrawn.Verb, VendorTermsSet.Verb,
    }.ToFrozenSet();

    internal static readonly VendorState Empty = new();

    /// <summary>What answered each release, in the order of first sight.</summary>
    public ImmutableDictionary<ReleaseKey, ImmutableList<SeenModel>> Seen { get; init; } =
        ImmutableDictionary<ReleaseKey, ImmutableList<SeenModel>>.Empty;

    /// <summary>Every notice, oldest first.</summary>
    public ImmutableList<VendorNotice> Notices { get; init; } = [];

    /// <summary>The terms in force, by provider.</summary>
    public ImmutableDictionary<string, VendorTerms> Terms { get; init; } =
        ImmutableDictionary<string, VendorTerms>.Empty;

    /// <summary>Notices that count, oldest first.</summary>
    public IEnumerable<VendorNotice> InForce => Notices.Where(n => n.InForce);

    /// <summary>What answered a release, in the order of first sight.</summary>
    public IReadOnlyList<SeenModel> SeenOf(ReleaseKey release) => Seen.GetValueOrDefault(release) ?? [];

    /// <summary>The notice of that id, null when there is none.</summary>
    public VendorNotice? Find(Guid id) => Notices.Find(n => n.Id == id);

    internal Answer<VendorState> Apply(GovernanceEntry entry, GovernanceState whole) => entry.Verb switch
    {
        "model_seen" => See(entry, entry.Read<ModelSeen>(), whole),
        "vendor_notice_added" => Add(entry, entry.Read<VendorNoticeAdded>(), whole),
        "vendor_notice_withdrawn" => Withdraw(entry, entry.Read<VendorNoticeWithdrawn>(), whole),
        _ => Set(entry, entry.Read<VendorTermsSet>(), whole),
    };

    private Answer<VendorState> See(GovernanceEntry entry, ModelSeen body, GovernanceState whole)
    {
        if (entry.Actor != Actor.Self)
            return VendorErrors.NotByHand();

        if (whole.Registry.Find(body.System, body.Environment) is null || !Digest.IsWellFormed(body.Release))
            return RegistryErrors.NoSuchSystem(body.System);

        var key = new ReleaseKey(body.System, body.Environment, body.Release);
        var known = Seen.GetValueOrDefault(key) ?? [];
        if (known.Count >= MostSeen || known.Exists(s => s.Model == body.Model && s.Fingerprint == body.Fingerprint))
            return VendorErrors.SeenBefore();

        var seen = new SeenModel(body.Model, body.Fingerprint, body.Approved, body.Decision, entry.Time);
        return this with { Seen = Seen.SetItem(key, known.Add(seen)) };
    }

    private Answer<VendorState> Add(GovernanceEntry entry, VendorNoticeAdded body, GovernanceState whole)
    {
        if (!Permission.MayNoteVendors(whole, entry.Actor.Id))
            return VendorErrors.MayNotNote();

        if (VendorWords.Fault(body) is { } fault)
            return fault;

        var same = InForce.FirstOrDefault(n => n.Says.Provider == body.Provider && n.Says.Model == body.Model
            && n.Says.Shutdown == body.Shutdown);
        return same is not null || Find(body.Id) is not null
            ? VendorErrors.NotedBefore(body)
            : this with { Notices = Notices.Add(new VendorNotice(body, entry.Actor.Id, entry.Time)) };
    }

    private Answer<VendorState> Withdraw(GovernanceEntry entry, VendorNoticeWithdrawn body, GovernanceState whole)
    {
        if (Find(body.Notice) is not { InForce: true } notice)
            return VendorErrors.NoSuchNotice();

        if (!Permission.MayConfirm(whole, entry.Actor.Id) || entry.Actor.Id == notice.By)
            return VendorErrors.SecondPerson();

        if (PlainWords.Check(body.Basis, "basis") is { } words)
            return words;

        if (SignedAct.Check(
            entry, whole, VendorNoticeWithdrawn.Act, body.Notice.ToString(), SignedStatement.DigestOf(body)) is { } no)
        {
            return no;
        }

        return this with
        {
            Notices = Notices.Replace(
                notice, notice with { WithdrawnBy = entry.Actor.Id, WithdrawnAt = entry.Time }),
        };
    }

    private Answer<VendorState> Set(GovernanceEntry entry, VendorTermsSet body, GovernanceState whole)
    {
        if (!Permission.MayNoteVendors(whole, entry.Actor.Id))
            return VendorErrors.MayNotNote();

        return VendorWords.Fault(body) is { } fault
            ? fault
            : this with { Terms = Terms.SetItem(body.Provider, new VendorTerms(body, entry.Actor.Id, entry.Time)) };
    }
}
