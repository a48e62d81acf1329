using System.Text.Json;
using Provost.Control.Governance;

namespace Provost.Control.Access.Pipelines;

/// <summary>
/// What a run says of itself, from the claims that GitHub Actions and GitLab CI put into their tokens. Names from
/// docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments and
/// docs.gitlab.com/ci/secrets/id_token_authentication.
/// </summary>
internal sealed record PipelineClaims(
    string? Subject, string? Repository, string? Workflow, string? Ref, bool IsProtected, string? Commit, string? Run)
{
    /// <summary>How far the issuer's clock and this one may differ.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Oldest token that is taken, by <c>iat</c>.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(1);

    public static PipelineClaims Of(SignedToken token) => new(
        token.Claim("sub"),
        token.Claim("repository") ?? token.Claim("project_path"),
        BeforeAt(token.Claim("workflow_ref") ?? token.Claim("ci_config_ref_uri")),
        FullRef(token),
        IsTrue(token, "ref_protected"),
        token.Claim("sha"),
        token.Claim("run_id") ?? token.Claim("pipeline_id"));

    /// <summary>What does not fit a trust in a token whose signature was checked; null when all fits.</summary>
    public static GovernanceFault? Judge(SignedToken token, PipelineTrusted says, DateTimeOffset now)
    {
        var claims = Of(token);
        return token.Instant("exp") is not { } expires || now >= expires + Skew ? PipelineErrors.Expired()
            : token.Instant("iat") is not { } issued || now + Skew < issued
                || (token.Instant("nbf") is { } begins && now + Skew < begins) ? PipelineErrors.NotYet()
            : now > issued + Oldest ? PipelineErrors.Expired()
            : token.Claim("iss") != says.Issuer ? PipelineErrors.NoSuchTrust()
            : !token.IsFor(says.Audience) ? PipelineErrors.Audience(says.Audience)
            : claims.Repository != says.Repository ? PipelineErrors.Repository(says.Repository)
            : string.IsNullOrEmpty(claims.Subject)
                || (says.Subject is { } subject && !Fits(subject, claims.Subject)) ? PipelineErrors.Subject()
            : claims.Workflow != says.Workflow ? PipelineErrors.Workflow(says.Workflow)
            : !Fits(says.Ref, claims.Ref) ? PipelineErrors.Ref(says.Ref)
            : !claims.IsProtected ? PipelineErrors.Unprotected()
            : null;
    }

    /// <summary>Whether a ref is the pattern, or goes on where the pattern ends with a *.</summary>
    public static bool Fits(string pattern, string? name) => name is not null && (pattern.EndsWith('*')
        ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : name == pattern);

    /// <summary>GitHub writes <c>refs/heads/main</c>; GitLab <c>main</c> beside a type, and the whole where it is
    /// newer.</summary>
    private static string? FullRef(SignedToken token) => (token.Claim("ref"), token.Claim("ref_path")) switch
    {
        ({ } name, _) when name.StartsWith("refs/", StringComparison.Ordinal) => name,
        (_, { } path) => path,
        ({ } name, null) => token.Claim("ref_type") switch
        {
            "branch" => "refs/heads/" + name,
            "tag" => "refs/tags/" + name,
            _ => null,
        },
        _ => null,
    };

    private static string? BeforeAt(string? text) => text?.Split('@')[0];

    /// <summary>Both issuers write the text <c>true</c>.</summary>
    private static bool IsTrue(SignedToken token, string name) => token.Claims.TryGetProperty(name, out var value)
        && (value.ValueKind == JsonValueKind.True
            || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));
}
