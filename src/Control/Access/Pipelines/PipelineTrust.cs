using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Access.Pipelines;

/// <summary>
/// Two persons trust one issuer's word for one workflow on protected refs of one repository: its runs may do what the
/// verbs say to one system, in the name of a person who answers for it.
/// </summary>
public sealed record PipelineTrusted : IGovernanceBody<PipelineTrusted>
{
    public static string Verb => "pipeline_trusted";

    static JsonTypeInfo<PipelineTrusted> IGovernanceBody<PipelineTrusted>.Json =>
        GovernanceJson.Default.PipelineTrusted;

    /// <summary>Who answers for what its runs do. Signs nothing of it: two others do.</summary>
    public required string Person { get; init; }

    public required Guid Trust { get; init; }

    /// <summary>The claim <c>iss</c>, compared letter by letter.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the issuer publishes its keys (JWK Set); https, or a loopback host for trials.</summary>
    public required string Keys { get; init; }

    /// <summary>What <c>aud</c> must hold: a name of this server that no other service accepts.</summary>
    public required string Audience { get; init; }

    /// <summary><c>owner/name</c>: GitHub's <c>repository</c>, GitLab's <c>project_path</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The workflow's file: what stands before the @ of GitHub's <c>workflow_ref</c> or GitLab's
    /// <c>ci_config_ref_uri</c>.</summary>
    public required string Workflow { get; init; }

    /// <summary>The full ref, as <c>refs/heads/main</c>; a * at its end stands for any further characters. The issuer
    /// must say that the ref is protected.</summary>
    public required string Ref { get; init; }

    /// <summary>What <c>sub</c> must be; a * at its end stands for any further characters. Null where the claims above
    /// are enough.</summary>
    public string? Subject { get; init; }

    public required string System { get; init; }

    /// <summary>Words of <see cref="AutomationScope.Verbs"/>.</summary>
    public required IReadOnlyList<string> Verbs { get; init; }

    /// <summary>Countersigned by the root key instead of two persons.</summary>
    public bool Bootstrap { get; init; }

    /// <summary>What is wrong with it as it stands; null when nothing is.</summary>
    internal GovernanceFault? Check()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var issuer) || issuer.Scheme is not ("https" or "http")
            || Issuer.Length > 300)
        {
            return PipelineErrors.BadTrust("issuer", "the exact claim iss, as https://gitlab.example");
        }

        if (!Uri.TryCreate(Keys, UriKind.Absolute, out var keys) || Keys.Length > 300
            || !(keys.Scheme == Uri.UriSchemeHttps || (keys.Scheme == Uri.UriSchemeHttp && keys.IsLoopback)))
        {
            return PipelineErrors.BadTrust("keys", "the https address of the issuer's JWK Set");
        }

        if (Audience.Length is 0 or > 200)
            return PipelineErrors.BadTrust("audience", "a name of this server alone, as provost.acme.example");

        if (Repository.Split('/') is not { Length: >= 2 } parts || parts.Any(p => p.Length == 0) || IsWild(Repository))
            return PipelineErrors.BadTrust("repository", "owner/name, without *");

        if (Workflow.Length is 0 or > 300 || IsWild(Workflow) || Workflow.Contains('@'))
            return PipelineErrors.BadTrust("workflow", "the workflow's file as the token names it, without @ and *");

        if (!(Ref.StartsWith("refs/heads/", StringComparison.Ordinal)
            || Ref.StartsWith("refs/tags/", StringComparison.Ordinal)) || IsWild(Ref[..^1]) || Ref.Length > 300)
        {
            return PipelineErrors.BadTrust("ref", "refs/heads/… or refs/tags/…, with at most one * at its end");
        }

        if (Subject is { } subject && (subject.TrimEnd('*').Length is 0 or > 300 || IsWild(subject[..^1])))
            return PipelineErrors.BadTrust("subject", "the claim sub, with at most one * at its end, or nothing");

        return AutomationScope.Check(Verbs, [System])
            ?? (System == AutomationScope.Every ? PipelineErrors.BadTrust("system", "one system's name") : null);
    }

    private static bool IsWild(string text) => text.Contains('*');
}

/// <summary>A trust ends. What ran under it ends too.</summary>
public sealed record PipelineTrustEnded : IGovernanceBody<PipelineTrustEnded>
{
    public static string Verb => "pipeline_trust_ended";

    static JsonTypeInfo<PipelineTrustEnded> IGovernanceBody<PipelineTrustEnded>.Json =>
        GovernanceJson.Default.PipelineTrustEnded;

    public required Guid Trust { get; init; }
}

/// <summary>A run of a trusted pipeline proved itself and was given a token.</summary>
public sealed record PipelineEntered : IGovernanceBody<PipelineEntered>
{
    public static string Verb => "pipeline_entered";

    static JsonTypeInfo<PipelineEntered> IGovernanceBody<PipelineEntered>.Json =>
        GovernanceJson.Default.PipelineEntered;

    public required Guid Trust { get; init; }

    /// <summary>The ten characters after <c>pt_</c>.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the whole token, lower-case hex.</summary>
    public required string Hash { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>SHA-256 of what the issuer signed in the token that proved it; the token itself names people. Good once
    /// for a trust.</summary>
    public required string Proof { get; init; }

    public required string Subject { get; init; }

    public required string Ref { get; init; }

    /// <summary>The commit it runs on; null where the issuer does not say.</summary>
    public string? Commit { get; init; }

    /// <summary>The issuer's number of the run; null where it does not say.</summary>
    public string? Run { get; init; }
}

/// <summary>A trust that stands.</summary>
/// <param name="Since">When the second signature made it effective.</param>
public sealed record PipelineTrust(PipelineTrusted Says, DateTimeOffset Since);

/// <summary>The trusts in force, and the rules by which they come, are used and end.</summary>
public sealed record PipelineState
{
    /// <summary>Life of what a run is given.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    private const int AtMost = 1000;

    internal static readonly PipelineState Empty = new();

    public ImmutableDictionary<Guid, PipelineTrust> Trusts { get; init; } =
        ImmutableDictionary<Guid, PipelineTrust>.Empty;

    /// <summary>Proofs that were used, by trust, until no token with them could be taken any more.</summary>
    public ImmutableDictionary<(Guid Trust, string Proof), DateTimeOffset> Used { get; init; } =
        ImmutableDictionary<(Guid Trust, string Proof), DateTimeOffset>.Empty;

    /// <summary>With one more; the roster has checked the signatures.</summary>
    internal Answer<PipelineState> Trust(GovernanceEntry entry, PipelineTrusted body, RosterState roster)
    {
        if (entry.Object != body.Person || roster.Live(body.Person) is not { } person || person.Has(Roles.Auditor))
            return AccessErrors.NoSuchPerson();

        if (roster.Live(entry.Actor.Id)?.Roles.Overlaps(Roles.SignsRoster) != true)
            return AccessErrors.MayNotAsk();

        if (body.Check() is { } wrong)
            return wrong;

        if (Trusts.ContainsKey(body.Trust) || Trusts.Count >= AtMost)
            return PipelineErrors.TrustTaken();

        return this with { Trusts = Trusts.Add(body.Trust, new PipelineTrust(body, entry.Time)) };
    }

    /// <summary>Without one: who answers for it and whoever may ask for changes of people end it alone, since that
    /// takes away.</summary>
    internal Answer<PipelineState> End(GovernanceEntry entry, PipelineTrustEnded body, RosterState roster) =>
        Trusts.GetValueOrDefault(body.Trust) is not { } trust ? PipelineErrors.NoSuchTrust()
        : roster.Live(entry.Actor.Id) is { } ends
            && (ends.Id == trust.Says.Person || ends.Roles.Overlaps(Roles.SignsRoster))
            ? this with { Trusts = Trusts.Remove(body.Trust) }
            : AccessErrors.MayNotAsk();

    /// <summary>Without those that a person answers for, who leaves.</summary>
    internal PipelineState Without(string person) => this with
    {
        Trusts = Trusts.RemoveRange(Trusts.Values.Where(t => t.Says.Person == person).Select(t => t.Says.Trust)),
    };

    /// <summary>With a proof that is used up; those that are too old to be shown again go.</summary>
    internal PipelineState Using(PipelineEntered body, DateTimeOffset at) => this with
    {
        Used = Used.RemoveRange(Used.Where(u => u.Value <= at).Select(u => u.Key))
            .SetItem((body.Trust, body.Proof), at + PipelineClaims.Oldest + PipelineClaims.Skew + PipelineClaims.Skew),
    };

    /// <summary>What a run may do: the trust's verbs and system, never what the entry says.</summary>
    internal Answer<AutomationGrant> Enter(GovernanceEntry entry, PipelineEntered body, RosterState roster)
    {
        if (Trusts.GetValueOrDefault(body.Trust) is not { Says: { } says }
            || entry.Actor != new Actor(AutomationGrant.Pipeline, body.Id) || roster.Live(says.Person) is null)
        {
            return PipelineErrors.NoSuchTrust();
        }

        if (body.Expires <= entry.Time || body.Expires > entry.Time + TokenLife + TimeSpan.FromSeconds(1)
            || !PipelineClaims.Fits(says.Ref, body.Ref))
        {
            return PipelineErrors.Ref(says.Ref);
        }

        if (Used.ContainsKey((body.Trust, body.Proof)))
            return PipelineErrors.Used();

        return roster.Tokens.ContainsKey(body.Id) || roster.Automations.ContainsKey(body.Id)
            ? AccessErrors.TokenTaken()
            : new AutomationGrant
            {
                Id = body.Id,
                Kind = AutomationGrant.Pipeline,
                Name = body.Run is { } run ? $"{says.Repository} run {run}" : says.Repository,
                Person = says.Person,
                Hash = body.Hash,
                Verbs = [.. says.Verbs],
                Systems = [says.System],
                Trust = body.Trust,
                Since = entry.Time,
                Expires = body.Expires,
            };
    }
}
