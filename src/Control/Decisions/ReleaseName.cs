using Provost.Control.Governance;

namespace Provost.Control.Decisions;

/// <summary>How people name a release when they ask for its decisions: by its version, or by its digest.</summary>
public static class ReleaseName
{
    private const string Digest = "sha256:";

    /// <summary>The digest that is meant; null for nothing.</summary>
    /// <param name="state">Where releases are known.</param>
    /// <param name="system">The system asked about; null when any.</param>
    /// <param name="name">A digest, a version, or <c>system@version</c>.</param>
    public static Answer<string?> Resolve(GovernanceState state, string? system, string? name)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (string.IsNullOrEmpty(name) || name.StartsWith(Digest, StringComparison.Ordinal))
            return name;

        var (of, version) = name.Split('@', 2) is [var before, var after] ? (before, after) : (system, name);
        var digests = state.Registry.Releases
            .Where(r => r.Version == version && (of is null || r.System == of))
            .Select(r => r.Digest).Distinct().Take(2).ToList();
        return digests switch
        {
            [var one] => one,
            [] => new GovernanceFault(FaultKind.Invalid, "provost.decisions.release",
                $"There is no release {name}.", "Name a version that was submitted, or its digest.").At("release"),
            _ => new GovernanceFault(FaultKind.Invalid, "provost.decisions.release",
                $"More than one release is called {name}.", "Name the system as well, or the digest.").At("release"),
        };
    }
}
