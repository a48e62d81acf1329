using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Vendors;

/// <summary>A model that warranted releases use.</summary>
/// <param name="Systems">Systems, in each environment, whose traffic goes to it.</param>
/// <param name="Floating">Whether a release lets the provider change what the name means.</param>
/// <param name="Shutdown">The earliest end that was announced; null without one.</param>
public sealed record VendorModelView(string Model, int Systems, bool Floating, DateTimeOffset? Shutdown);

/// <summary>Terms as they stand.</summary>
public sealed record VendorTermsView(
    int NoticeDays, bool Reapproval, string Pays, string Contact, string Source, PersonView By, DateTimeOffset At);

/// <summary>One provider.</summary>
/// <param name="Terms">Null where none are recorded.</param>
/// <param name="Tasks">Releases that are to be replaced.</param>
/// <param name="Findings">What is wrong or missing, one sentence each.</param>
public sealed record VendorView(
    string Provider, IReadOnlyList<VendorModelView> Models, VendorTermsView? Terms, int Notices, int Tasks,
    IReadOnlyList<string> Findings);

/// <summary>A notice with who added and withdrew it.</summary>
public sealed record VendorNoticeView(
    Guid Id, string Provider, string Model, DateTimeOffset Shutdown, string Source, string? Replacement, bool InForce,
    PersonView By, DateTimeOffset At, PersonView? WithdrawnBy, DateTimeOffset? WithdrawnAt);

/// <summary>A release to be replaced before its model ends.</summary>
/// <param name="Id">The notice and the warrant, for the cursor of a list.</param>
/// <param name="Pays">Who pays for the evaluation by the terms: <c>us</c>, <c>provider</c>, <c>shared</c>; null where
/// no terms are recorded.</param>
public sealed record VendorTaskView(
    string Id, Guid Notice, string Provider, string Model, DateTimeOffset Shutdown, int DaysLeft, string Source,
    string? Replacement, string System, string Environment, string Tier, ReleaseRef Release, bool Live,
    PersonView Owner, PersonView CostOwner, string? Pays);

/// <summary>A name and fingerprint under which answers to a release came.</summary>
public sealed record SeenModelView(
    Guid Decision, string System, string Environment, ReleaseRef Release, string Model, string? Fingerprint,
    bool Approved, DateTimeOffset At);

/// <summary>Reads what is known of providers as people ask about it.</summary>
/// <param name="governance">The state to read.</param>
/// <param name="person">A person by id, with the name.</param>
/// <param name="clock">The instant that days are counted from.</param>
public sealed class VendorViews(
    Func<GovernanceState> governance, Func<string, PersonView> person, Func<DateTimeOffset> clock)
{
    /// <summary>Every provider that a warranted release uses, or that a notice or terms name; by name.</summary>
    public IReadOnlyList<VendorView> List()
    {
        var (state, now) = (governance(), clock());
        var serving = Serving(state, now);
        var tasks = VendorTask.Of(state, now);
        var providers = serving.Select(s => s.Release.Provider).Where(p => p.Length > 0) // a chain has none
            .Concat(state.Vendors.InForce.Select(n => n.Says.Provider)).Concat(state.Vendors.Terms.Keys)
            .Distinct().Order(StringComparer.Ordinal);
        return [.. providers.Select(provider => View(
            state, provider, [.. serving.Where(s => s.Release.Provider == provider)],
            [.. tasks.Where(t => t.Notice.Says.Provider == provider)]))];
    }

    /// <summary>Every notice, newest first.</summary>
    public IReadOnlyList<VendorNoticeView> Notices() => [.. governance().Vendors.Notices.Reverse().Select(View)];

    /// <summary>All that is to be replaced, the nearest end first.</summary>
    public IReadOnlyList<VendorTaskView> Tasks() => [.. VendorTask.Of(governance(), clock()).Select(View)];

    /// <summary>Every identity that answered, newest first.</summary>
    public IReadOnlyList<SeenModelView> Seen()
    {
        var state = governance();
        return
        [
            .. state.Vendors.Seen.SelectMany(s => s.Value.Select(m => new SeenModelView(
                m.Decision, s.Key.System, s.Key.Environment,
                new ReleaseRef(
                    state.Registry.Release(s.Key.System, s.Key.Release)?.Version ?? "", s.Key.Release),
                m.Model, m.Fingerprint, m.Approved, m.At)))
                .OrderByDescending(s => s.At).ThenBy(s => s.Decision),
        ];
    }

    internal VendorNoticeView View(VendorNotice notice) => new(
        notice.Id, notice.Says.Provider, notice.Says.Model, notice.Says.Shutdown, notice.Says.Source,
        notice.Says.Replacement, notice.InForce, person(notice.By), notice.At,
        notice.WithdrawnBy is { } by ? person(by) : null, notice.WithdrawnAt);

    private VendorTaskView View(VendorTask task) => new(
        $"{task.Notice.Id}.{task.Warrant.Id}", task.Notice.Id, task.Notice.Says.Provider, task.Notice.Says.Model,
        task.Notice.Says.Shutdown, task.DaysLeft, task.Notice.Says.Source, task.Notice.Says.Replacement,
        task.System.Key.System, task.System.Key.Environment, task.System.Tier,
        new ReleaseRef(task.Release.Version, task.Release.Digest), task.Live, person(task.Owner),
        person(task.CostOwner), task.Pays);

    private VendorView View(
        GovernanceState state, string provider, List<(SystemState System, ReleaseState Release)> serving,
        List<VendorTask> tasks)
    {
        var notices = state.Vendors.InForce.Where(n => n.Says.Provider == provider).ToList();
        var terms = state.Vendors.Terms.GetValueOrDefault(provider);
        return new VendorView(
            provider,
            [.. serving.GroupBy(s => s.Release.Model).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new VendorModelView(
                    g.Key, g.Count(), g.Any(s => s.Release.Floating),
                    notices.Where(n => g.Any(s => n.Ends(s.Release))).Min(n => (DateTimeOffset?)n.Says.Shutdown)))],
            terms is null
                ? null
                : new VendorTermsView(
                    terms.Says.NoticeDays, terms.Says.Reapproval, terms.Says.Pays, terms.Says.Contact,
                    terms.Says.Source, person(terms.By), terms.At),
            notices.Count, tasks.Count, [.. Findings(state, terms, serving, notices, tasks)]);
    }

    private static IEnumerable<string> Findings(
        GovernanceState state, VendorTerms? terms, List<(SystemState System, ReleaseState Release)> serving,
        List<VendorNotice> notices, List<VendorTask> tasks)
    {
        // A scoring model is the organisation's own, and a vendor's endpoint has its terms in the release.
        var high = serving.Where(s => s.System.Tier == "high" && s.System.Kind is not ("model" or "vendor"))
            .Select(s => s.System.Key.System).Distinct().Order(StringComparer.Ordinal).ToList();
        if (terms is null && high.Count > 0)
        {
            yield return $"Terms are not recorded (notice period, re-approval, who pays, contact), and tier high uses "
                + $"it: {string.Join(", ", high)}.";
        }

        foreach (var notice in notices.Where(n => terms is not null
            && n.Says.Shutdown - n.At < TimeSpan.FromDays(terms.Says.NoticeDays)))
        {
            yield return $"The end of {notice.Says.Model} was noted {(int)(notice.Says.Shutdown - notice.At).TotalDays}"
                + $" days before; the terms promise {terms!.Says.NoticeDays}.";
        }

        var ended = tasks.Where(t => t.DaysLeft < 0 && t.Live).Select(t => t.System.Key.ToString()).ToList();
        if (ended.Count > 0)
            yield return $"Calls are refused because the model has ended: {string.Join(", ", ended)}.";

        var strangers = serving.Count(s => state.Vendors
            .SeenOf(new Signals.ReleaseKey(s.System.Key.System, s.System.Key.Environment, s.Release.Digest))
            .Any(m => !m.Approved));
        if (strangers > 0)
            yield return $"{strangers} live releases were answered by a model that was not approved.";
    }

    /// <summary>What traffic goes to, in each environment.</summary>
    private static List<(SystemState System, ReleaseState Release)> Serving(GovernanceState state, DateTimeOffset now)
    {
        var live = new Dictionary<SystemKey, string>();
        foreach (var warrant in state.Warrants.Issued.Where(w => w.IsInForce(now)))
            live[warrant.Key] = warrant.Release; // oldest first: the newest in force is what traffic goes to

        var releases = state.Registry.Releases.ToLookup(r => (r.System, r.Digest));
        return
        [
            .. live.SelectMany(l => releases[(l.Key.System, l.Value)].Take(1)
                .Select(r => (state.Registry.Systems[l.Key], r))),
        ];
    }
}
