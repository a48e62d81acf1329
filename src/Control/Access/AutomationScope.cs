using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control.Access;

/// <summary>A credential of a program: what it may ask for, and the person in whose name it does.</summary>
public sealed record AutomationGrant
{
    /// <summary>A token that a person made for a program.</summary>
    public const string Service = "service";

    /// <summary>A run of a pipeline whose issuer two persons trusted.</summary>
    public const string Pipeline = "pipeline";

    /// <summary>The ten characters after <c>pt_</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>service</c> or <c>pipeline</c>.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Who answers for it; it ends with this person.</summary>
    public required string Person { get; init; }

    /// <summary>SHA-256 of the whole text, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>Words of <see cref="AutomationScope.Verbs"/>.</summary>
    public required ImmutableSortedSet<string> Verbs { get; init; }

    /// <summary>Names of systems; <c>*</c> alone for all of them.</summary>
    public required ImmutableSortedSet<string> Systems { get; init; }

    /// <summary>The trust that a pipeline's run came in by; null for a service token.</summary>
    public Guid? Trust { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether a system is within its scope.</summary>
    public bool Covers(string system) => Systems.Contains(AutomationScope.Every) || Systems.Contains(system);
}

/// <summary>
/// Which routes a program may call: each verb of a scope opens the routes listed here and no other, so that no program
/// can approve, resume, sign or read content, whatever is added elsewhere.
/// </summary>
public static class AutomationScope
{
    /// <summary>All systems; for verbs that change nothing.</summary>
    public const string Every = "*";

    public const string Apply = "apply";
    public const string Gate = "gate";
    public const string Plan = "plan";
    public const string Read = "read";
    public const string Submit = "submit";

    /// <summary>Every verb of a scope, in alphabetical order.</summary>
    public static readonly IReadOnlyList<string> Verbs = [Apply, Gate, Plan, Read, Submit];

    /// <summary>The verbs that may be had for all systems at once.</summary>
    internal static readonly FrozenSet<string> Harmless = new[] { Gate, Plan, Read }.ToFrozenSet();

    /// <summary>How a route says which system it is about.</summary>
    private enum About
    {
        /// <summary>Nothing in particular, or its handler asks once it knows.</summary>
        HandlerAsks,

        /// <summary>The route's <c>name</c>.</summary>
        Name,

        /// <summary>The query's <c>system</c>; without it the scope must be all systems.</summary>
        Query,

        /// <summary>All systems.</summary>
        All,
    }

    private static readonly FrozenDictionary<string, (string[] Verbs, About About)> Routes =
        new Dictionary<string, (string[], About)>
        {
            ["GET /api/whoami"] = ([.. Verbs], About.HandlerAsks),
            ["PUT /api/blobs/{digest}"] = ([Apply, Plan], About.HandlerAsks),
            ["POST /api/plan"] = ([Apply, Plan], About.HandlerAsks),
            ["POST /api/apply"] = ([Apply], About.HandlerAsks),
            ["POST /api/systems/{name}/releases/{version}/submit"] = ([Submit], About.Name),
            ["GET /api/gate"] = ([Gate], About.HandlerAsks),
            ["POST /api/admission"] = ([Gate], About.All),
            ["GET /api/systems"] = ([Read], About.All),
            ["GET /api/systems/{name}"] = ([Read], About.Name),
            ["GET /api/approvals"] = ([Read], About.Query),
            ["GET /api/signals"] = ([Read], About.Query),
            ["GET /api/incidents"] = ([Read], About.Query),
            ["GET /api/incidents/{id:guid}"] = ([Read], About.All),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether the scope opens the route that is called, for the system it is about.</summary>
    internal static bool Opens(AutomationGrant grant, HttpContext call)
    {
        if (call.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } pattern }
            || !Routes.TryGetValue($"{call.Request.Method} {pattern}", out var route)
            || !route.Verbs.Any(grant.Verbs.Contains))
        {
            return false;
        }

        return route.About switch
        {
            About.HandlerAsks => true,
            About.Name => call.GetRouteValue("name") is string name && grant.Covers(name),
            About.Query => call.Request.Query["system"] is [{ Length: > 0 } system]
                ? grant.Covers(system)
                : grant.Covers(Every),
            _ => grant.Systems.Contains(Every),
        };
    }

    /// <summary>What is wrong with a scope that somebody asks for; null when it may stand.</summary>
    internal static GovernanceFault? Check(IReadOnlyList<string> verbs, IReadOnlyList<string> systems)
    {
        if (verbs.Count == 0 || verbs.Any(v => !Verbs.Contains(v)) || verbs.Distinct().Count() != verbs.Count)
            return AutomationErrors.BadVerbs();

        if (systems.Count is 0 or > 50 || systems.Any(s => s.Length is 0 or > 100)
            || systems.Distinct(StringComparer.Ordinal).Count() != systems.Count)
        {
            return AutomationErrors.BadSystems();
        }

        return systems.Contains(Every) && (systems.Count > 1 || verbs.Any(v => !Harmless.Contains(v)))
            ? AutomationErrors.TooWide()
            : null;
    }
}

/// <summary>Every no about programs, with its stable code.</summary>
internal static class AutomationErrors
{
    public static GovernanceFault OutOfScope() => new(FaultKind.Forbidden, "provost.automation.scope",
        "This token does not reach that far: its verbs or systems do not cover the call.",
        "See its scope with provost people service list; what only persons may do needs a person's own sign-in.");

    public static GovernanceFault BadVerbs() => new GovernanceFault(FaultKind.Invalid, "provost.automation.verbs",
        "A scope names one or more verbs, each once.",
        $"Verbs: {string.Join(", ", AutomationScope.Verbs)}.").At("verbs");

    public static GovernanceFault BadSystems() => new GovernanceFault(FaultKind.Invalid, "provost.automation.systems",
        "A scope names 1 to 50 systems, each once.", "Name the systems the program works on.").At("systems");

    public static GovernanceFault TooWide() => new GovernanceFault(FaultKind.Invalid, "provost.automation.too_wide",
        "All systems at once (*) is possible for gate, plan and read alone.", "Name each system.").At("systems");

    public static GovernanceFault BadName() => new GovernanceFault(FaultKind.Invalid, "provost.automation.name",
        "A name has 1 to 60 letters, digits, dots, dashes, underscores or slashes.",
        "Name the program, as ci/refund-assistant.").At("name");

    public static GovernanceFault BadLife() => new GovernanceFault(FaultKind.Invalid, "provost.automation.life",
        "A service token lives 1 to 90 days.", "Give days between 1 and 90.").At("days");

    public static GovernanceFault NotTheirs() => new(FaultKind.Forbidden, "provost.automation.person",
        "A service token is made by the person who answers for it, signed in themself.",
        "Sign in as that person: provost login.");

    public static GovernanceFault NameTaken() => new GovernanceFault(FaultKind.Conflict, "provost.automation.taken",
        "You have a service token of this name already.", "Revoke it first, or choose another name.").At("name");

    public static GovernanceFault TooMany() => new(FaultKind.TooMany, "provost.automation.full",
        "A person answers for fifty service tokens at most.", "Revoke some.");
}
