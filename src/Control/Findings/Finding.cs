using Provost.Control.Registry;

namespace Provost.Control.Findings;

/// <summary>Something in a system's record that is missing or no longer known to be true.</summary>
/// <param name="Code">Which of <see cref="FindingList.Codes"/>.</param>
/// <param name="About">What of it, where a system can have several of a code: an office, a person's id; else empty.
/// </param>
/// <param name="Message">What is missing, in one sentence; names no person.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Owner">Person id of who is to settle it; null when nobody is left who could.</param>
/// <param name="Since">Since when it is so.</param>
public sealed record Finding(
    SystemKey Key, string Unit, string Tier, string Code, string About, string Message, string Remedy, string? Owner,
    DateTimeOffset Since)
{
    /// <summary>The same for as long as it is found.</summary>
    public string Id => About.Length == 0 ? $"{Key}/{Code}" : $"{Key}/{Code}/{About}";
}

/// <summary>What a system's terms say that findings are about.</summary>
/// <param name="DataSources">How many it names.</param>
public sealed record TermsFacts(int DataSources);
