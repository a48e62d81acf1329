using System.Collections.Frozen;

namespace Provost.Control.Access;

/// <summary>
/// What a person may hold. Ownership of a system is no role: it comes from that system's manifest.
/// </summary>
public static class Roles
{
    /// <summary>The second person of a quorum.</summary>
    public const string Approver = "approver";

    /// <summary>Reads the estate, every decision without content and the roster; exports and verifies; changes nothing.
    /// Held alone: who audits has no part in what is audited.</summary>
    public const string Auditor = "auditor";

    /// <summary>Reads every decision, exports and verifies, may pause.</summary>
    public const string Compliance = "compliance";

    /// <summary>Reads the estate and incidents; what else they may comes from an office or another role.</summary>
    public const string Executive = "executive";

    /// <summary>Answers pages, may pause.</summary>
    public const string OnCall = "on-call";

    /// <summary>Runs the platform: people, settings, client keys. Cannot approve.</summary>
    public const string PlatformAdministrator = "platform-administrator";

    /// <summary>Reads every decision without content, and the files of releases; signs nothing.</summary>
    public const string Reviewer = "reviewer";

    /// <summary>All roles of this build, in alphabetical order.</summary>
    public static readonly FrozenSet<string> All = new[]
    {
        Approver, Auditor, Compliance, Executive, OnCall, PlatformAdministrator, Reviewer,
    }.ToFrozenSet();

    /// <summary>Holders of these, with a key, have standing to sign roster changes.</summary>
    internal static readonly FrozenSet<string> SignsRoster = new[] { Approver, Compliance, PlatformAdministrator }
        .ToFrozenSet();
}
