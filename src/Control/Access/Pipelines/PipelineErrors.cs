using Provost.Control.Governance;

namespace Provost.Control.Access.Pipelines;

/// <summary>Every no about pipelines, with its stable code.</summary>
internal static class PipelineErrors
{
    public static GovernanceFault Malformed() => No("malformed",
        "This is not a signed JSON Web Token.", "Send the token that the pipeline's issuer gives for this audience.");

    public static GovernanceFault Algorithm(string? algorithm) => No("algorithm",
        $"Tokens signed with {Known(algorithm)} are not taken.", "RS256 and ES256 are; GitHub and GitLab use RS256.");

    public static GovernanceFault NoSuchTrust() => No("not_trusted",
        "Nobody trusts this issuer for this system.",
        "Two persons declare the trust: provost people pipelines trust.");

    public static GovernanceFault UnknownKey() => No("key",
        "The issuer has no such key.", "Use a token that the issuer signed just now.");

    public static GovernanceFault Signature() => No("signature",
        "The token is not signed by its issuer.", "Use the token as the issuer gave it.");

    public static GovernanceFault Expired() => No("expired",
        "The token is past its time, or does not say when it ends.", "Ask the issuer for a new one.");

    public static GovernanceFault Used() => No("used",
        "The token was used already; each is good once.", "Ask the issuer for another one.");

    public static GovernanceFault NotYet() => No("not_yet",
        "The token is of the future, or does not say when it was made.", "Set the clocks of both machines.");

    public static GovernanceFault Audience(string audience) => No("audience",
        "The token is meant for another service.", $"Ask the issuer for one with the audience {audience}.");

    public static GovernanceFault Repository(string repository) => No("repository",
        "The token is of another repository.", $"Runs of {repository} are trusted.");

    public static GovernanceFault Subject() => No("subject",
        "The token's subject is not the one that is trusted.", "See provost people pipelines for what is.");

    public static GovernanceFault Workflow(string workflow) => No("workflow",
        "The token is of another workflow.", $"Runs of {workflow} are trusted.");

    public static GovernanceFault Ref(string pattern) => No("ref",
        "The run is on another branch or tag.", $"Runs on {pattern} are trusted.");

    public static GovernanceFault Unprotected() => No("unprotected",
        "The issuer does not say that the branch or tag is protected.",
        "Protect it in the repository's settings: else whoever may push would decide what runs.");

    public static GovernanceFault IssuerAway(string why) => new(FaultKind.Unavailable, "provost.pipelines.issuer_away",
        why, "See that settings.json lists the keys' address under issuers, and that it answers; then run again.");

    public static GovernanceFault BadTrust(string field, string what) => new GovernanceFault(
        FaultKind.Invalid, "provost.pipelines.trust", $"{field} is wrong.", $"Give {what}.").At(field);

    public static GovernanceFault TrustTaken() => new(FaultKind.Conflict, "provost.pipelines.taken",
        "This trust stands already, or a thousand do.", "See provost people pipelines.");

    private static GovernanceFault No(string name, string message, string remedy) =>
        new(FaultKind.Forbidden, $"provost.pipelines.{name}", message, remedy);

    /// <summary>A stranger's word is shown only where it is one of the registered ones.</summary>
    private static string Known(string? algorithm) =>
        algorithm is { Length: <= 8 } && algorithm.All(char.IsAsciiLetterOrDigit) ? algorithm : "such an algorithm";
}
