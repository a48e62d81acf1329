using System.Collections.Frozen;

namespace Provost.Control.Access;

/// <summary>
/// What a person may hold. Ownership of a system is no role: it comes from that system's manifest.
/// </summary>
public static class Roles
{
    /// <summary>The second person of a quorum.</summary>
    public const string Approver = "approver";

    /// <summary>Reads every decision, exports and verifies, may pause.</summary>
    public const string Compliance = "compliance";

    /// <summary>Answers pages, may pause.</summary>
    public const string OnCall = "on-call";

    /// <summary>Runs the platform: people, settings, client keys. Cannot approve.</summary>
    public const string PlatformAdministrator = "platform-administrator";

    /// <summary>All roles of this build, in alphabetical order.</summary>
    public static readonly FrozenSet<string> All = new[] { Approver, Compliance, OnCall, PlatformAdministrator }
        .ToFrozenSet();

    /// <summary>Holders of these, with a key, have standing to sign roster changes.</summary>
    internal static readonly FrozenSet<string> SignsRoster = new[] { Approver, Compliance, PlatformAdministrator }
        .ToFrozenSet();
}
