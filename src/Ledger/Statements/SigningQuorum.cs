using System.Collections.Frozen;

namespace Provost.Ledger.Statements;

/// <summary>
/// How many persons must have signed a warrant: one rule for the signer, the fold, the gateway and the verifier. Only
/// environments that are known not to be production ask for less; a name that nobody knows loosens nothing.
/// </summary>
public static class SigningQuorum
{
    /// <summary>The tier in which one person can be enough.</summary>
    public const string LowestTier = "minimal";

    private const string LimitedTier = "limited"; // one person is enough for it in the experimental lane alone

    /// <summary>The environment of the experimental lane: light duty, never production.</summary>
    public const string Experimental = "experimental";

    /// <summary>Longest that a warrant of the experimental lane lasts.</summary>
    public static readonly TimeSpan LongestExperiment = TimeSpan.FromDays(30);

    /// <summary>Every environment that is not production, beside <see cref="Experimental"/>.</summary>
    public static readonly FrozenSet<string> NonProduction =
        FrozenSet.Create(StringComparer.Ordinal, "development", "test", "staging", "sandbox");

    /// <summary>Whether an environment counts as production; null does.</summary>
    public static bool IsProduction(string? environment) =>
        environment is null || !(NonProduction.Contains(environment) || environment == Experimental);

    /// <summary>Persons whose signatures a warrant needs: 1 or 2.</summary>
    /// <param name="tier">Its tier; one that nobody knows needs two.</param>
    /// <param name="environment">Its environment.</param>
    public static int Persons(string? tier, string? environment) =>
        tier == LowestTier && !IsProduction(environment)
        || tier == LimitedTier && environment == Experimental
            ? 1
            : 2;
}
