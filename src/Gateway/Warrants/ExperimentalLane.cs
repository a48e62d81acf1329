using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// Light duty outside production: the environment <c>experimental</c> asks for one person where the tier is not high,
/// and in return holds every system in it to harmless data, few calls and a near end. What is approved there counts
/// nowhere else: approvals and warrants name their environment.
/// </summary>
public static class ExperimentalLane
{
    /// <summary>Most calls of a system on one day in UTC, by each gateway's own count.</summary>
    public const int CallsPerDay = 1000;

    /// <summary>The data classes that may be used there.</summary>
    public static readonly IReadOnlyList<string> DataClasses = ["public", "internal"];

    /// <summary>The classes that are no matter for an experiment; empty in every other environment.</summary>
    public static IReadOnlyList<string> Beyond(string environment, IEnumerable<string> dataClasses) =>
        environment == SigningQuorum.Experimental ? [.. dataClasses.Where(c => !DataClasses.Contains(c))] : [];

    /// <summary>When a warrant issued now ends by itself.</summary>
    public static DateTimeOffset EndOf(string environment, DateTimeOffset now, TimeSpan lasts) =>
        environment == SigningQuorum.Experimental && lasts > SigningQuorum.LongestExperiment
            ? now + SigningQuorum.LongestExperiment
            : now + lasts;

    /// <summary>Whether a warrant outlasts what an experiment may.</summary>
    public static bool LastsTooLong(WarrantPredicate warrant) =>
        warrant.Environment == SigningQuorum.Experimental
        && warrant.NotAfter - warrant.NotBefore > SigningQuorum.LongestExperiment;
}
