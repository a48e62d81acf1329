using Provost.Patterns;

namespace Provost.Gateway.Guardrails.Secrets;

/// <summary>
/// The forms of credentials, after what their issuers publish. A token of open length is given by its beginning, and
/// the region takes the rest, so that none is released for being longer than expected. Entropy floors keep the
/// placeholders of manuals out (<c>sk-xxxx…</c>).
/// </summary>
internal static class SecretRules
{
    private const string Word = "[A-Za-z0-9]";
    private const string Url = "[A-Za-z0-9_-]";
    private const string Dotted = "[A-Za-z0-9_.-]";
    private const string Base64 = "[A-Za-z0-9+/=_-]";

    /// <summary>Most bytes of what follows a token's beginning.</summary>
    private const int TokenCap = 4096;

    /// <summary>By id.</summary>
    public static IReadOnlyList<PatternRule> All { get; } =
    [
        .. Clouds().Concat(Models()).Concat(Code()).Concat(Services()).Concat(Forms())
            .OrderBy(rule => rule.Id, StringComparer.Ordinal),
    ];

    private static IEnumerable<PatternRule> Clouds() =>
    [
        Whole("aws-access-key-id", "(AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", notAfter: "[A-Z0-9]", notBefore: Word),
        Whole(
            "aws-secret-access-key",
            """(aws_?)?secret_?access_?key\\?["']?\s{0,3}(=>|[:=])\s{0,3}\\?["']?[A-Za-z0-9/+]{40}""",
            notBefore: "[A-Za-z0-9/+]",
            ignoreCase: true),
        Open("azure-sas-signature", "sig=[A-Za-z0-9%+/]{43}", "[A-Za-z0-9%+/=]", notAfter: Word),
        Whole("azure-storage-key", "AccountKey=[A-Za-z0-9+/]{86}==", ignoreCase: true),
        Open("cloudflare-origin-key", "v1\\.0-[0-9a-f]{24}-[0-9a-f]{64}", Dotted, notAfter: Word),
        Open("digitalocean-token", "do[opr]_v1_[0-9a-f]{64}", "[A-Za-z0-9_]"),
        Open("gcp-oauth-secret", "GOCSPX-[A-Za-z0-9_-]{28}", Url),
        Whole("gcp-service-account-key-id", """private_key_id\\?"\s{0,3}:\s{0,3}\\?"[0-9a-f]{40}"""),
        Open("google-api-key", "AIza[A-Za-z0-9_-]{35}", Url),
        Open("google-oauth-token", "ya29\\.[A-Za-z0-9_-]{20}", Dotted, notAfter: Word),
        Open("heroku-key", "HRKU-AA[A-Za-z0-9_-]{40}", Url),
    ];

    private static IEnumerable<PatternRule> Models() =>
    [
        Open("anthropic-key", "sk-ant-[A-Za-z0-9_-]{24}", Url),
        Open("databricks-token", "dapi[0-9a-f]{32}", Url, notAfter: Word),
        Open("groq-key", "gsk_[A-Za-z0-9]{40}", "[A-Za-z0-9_]", notAfter: Word),
        Open("huggingface-token", "(hf_|api_org_)[A-Za-z0-9]{30}", "[A-Za-z0-9_]", notAfter: Word),
        Open("openai-key", "sk-(proj|svcacct|admin|None)-[A-Za-z0-9_-]{20}", Url),
        Open("openrouter-key", "sk-or-v1-[0-9a-f]{32}", Url),
        Open("perplexity-key", "pplx-[A-Za-z0-9]{40}", Url),
        Open("provost-client-key", "pk_[0-9A-Za-z]{10}_[A-Za-z0-9_-]{43}", Url, notAfter: Word),
        Open("provost-service-token", "pt_[0-9A-Za-z]{10}_[A-Za-z0-9_-]{43}", Url, notAfter: Word),
        Open("replicate-token", "r8_[A-Za-z0-9]{37}", "[A-Za-z0-9_]", notAfter: Word),
        Open("sk-key", "sk-[A-Za-z0-9]{32}", Url, notAfter: Word),
        Open("xai-key", "xai-[A-Za-z0-9]{64}", Url, notAfter: Word),
    ];

    private static IEnumerable<PatternRule> Code() =>
    [
        Open("atlassian-token", "AT[AC]TT3[A-Za-z0-9_=-]{32}", Base64),
        Open("docker-token", "dckr_(pat|oat)_[A-Za-z0-9_-]{20}", Url),
        Open("doppler-token", "dp\\.(pt|st|ct|sa|scim|audit)\\.[A-Za-z0-9_.-]{40}", Dotted, notAfter: Word),
        Open("github-fine-grained-token", "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{20}", "[A-Za-z0-9_]"),
        Open("github-token", "gh[pousr]_[A-Za-z0-9]{36}", "[A-Za-z0-9_]"),
        Open(
            "gitlab-token", "gl(pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_-]{20}", Dotted),
        Open("npm-token", "npm_[A-Za-z0-9]{36}", "[A-Za-z0-9_]"),
        Open("pulumi-token", "pul-[0-9a-f]{40}", Url, notAfter: Word),
        Open("pypi-token", "pypi-AgE[A-Za-z0-9_-]{30}", Url),
        Open("sentry-token", "sntry[su]_[A-Za-z0-9+/=_-]{32}", Base64),

        // The id before the first dot says who, not with what; starting there would make every word a candidate.
        Open("terraform-cloud-token", "\\.atlasv1\\.[A-Za-z0-9_-]{60}", Dotted),
        Open("vault-token", "hv[sbr]\\.[A-Za-z0-9_-]{24}", Dotted, notAfter: Word),
    ];

    private static IEnumerable<PatternRule> Services() =>
    [
        Open("airtable-token", "pat[A-Za-z0-9]{14}\\.[0-9a-f]{64}", Dotted, notAfter: Word),
        Open(
            "discord-bot-token",
            "[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27}",
            Dotted,
            notAfter: Url),
        Open("dropbox-token", "sl\\.(u\\.)?[A-Za-z0-9_-]{100}", Dotted, notAfter: Word),
        Open("figma-token", "fig[dou]_[A-Za-z0-9_-]{40}", Url, notAfter: Word),
        Open("grafana-token", "gl(c|sa)_[A-Za-z0-9+/=_]{32}", Base64, notAfter: Word),
        Open("linear-key", "lin_(api|oauth)_[A-Za-z0-9]{32}", "[A-Za-z0-9_]"),
        Whole("mailgun-key", "key-[0-9a-f]{32}", notAfter: Word, notBefore: Word),
        Open("new-relic-key", "NRAK-[A-Z0-9]{27}", Url),
        Open("notion-token", "(ntn_[A-Za-z0-9]{40}|secret_[A-Za-z0-9]{43})", "[A-Za-z0-9_]", notAfter: Word),
        Open("one-password-token", "ops_eyJ[A-Za-z0-9+/=_-]{60}", Base64),
        Open("planetscale-token", "pscale_(tkn|pw|oauth)_[A-Za-z0-9_.=-]{32}", "[A-Za-z0-9_.=-]"),
        Open("postman-key", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}", Url),
        Open("sendgrid-key", "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", Dotted),
        Open("shopify-token", "shp(at|ca|pa|ss|tka)_[0-9a-fA-F]{32}", "[A-Za-z0-9_]"),
        Open("slack-app-token", "xapp-[0-9]-[A-Za-z0-9-]{12}", "[A-Za-z0-9-]"),
        Open("slack-token", "xox[abceoprs]-[A-Za-z0-9-]{10}", "[A-Za-z0-9.-]"),
        Open("slack-webhook", "hooks\\.slack\\.com/(services|workflows|triggers)/[A-Za-z0-9+/]{20}", "[A-Za-z0-9+/.]"),
        Open("square-token", "(sq0(atp|csp|idp)-[A-Za-z0-9_-]{22}|EAAA[A-Za-z0-9_-]{60})", Url, notAfter: Word),
        Open("stripe-key", "[sr]k_(live|test)_[A-Za-z0-9]{16}", "[A-Za-z0-9_]"),
        Open("stripe-webhook-secret", "whsec_[A-Za-z0-9+/]{24}", Base64),
        Open("supabase-key", "(sb_secret_[A-Za-z0-9_-]{20}|sbp_[0-9a-f]{40})", Url, notAfter: Word),
        Open("tailscale-key", "tskey-[a-z]{3,8}-[A-Za-z0-9]{10}", Url),
        Whole("telegram-bot-token", "[0-9]{8,10}:A[A-Za-z0-9_-]{34}", notAfter: "[A-Za-z0-9]", notBefore: Url),
        Whole("twilio-key", "SK[0-9a-f]{32}", notAfter: Word, notBefore: Word),
    ];

    private static IEnumerable<PatternRule> Forms() =>
    [
        Open("age-secret-key", "AGE-SECRET-KEY-1[0-9A-Z]{50}", Url),

        // base64url of an object whose first member is one of RFC 7515, 7516 or 7519: {"alg", {"typ", {"kid", …
        Open(
            "jwt",
            "eyJ(hbGci|0eXAi|raWQi|jdHki|lbmMi|4NXQi|4NWMi|4NXUi|qa3Ui|qd2si|6aXAi|iNjQi|jcml0)[A-Za-z0-9_-]{8}",
            "[A-Za-z0-9_.=-]",
            cap: 16_384),
        Open(
            "jwt-like",
            "e(yJ|wo|yA)[A-Za-z0-9_-]{12,300}\\.e(yJ|wo|yA)[A-Za-z0-9_-]",
            "[A-Za-z0-9_.=-]",
            notAfter: Url,
            cap: 16_384),
        new PatternRule
        {
            // Only with the beginning of a body: a page that explains the format is not a key.
            Id = "private-key",
            Expression =
                """-----BEGIN ([A-Z0-9]{1,12} ){0,4}PRIVATE KEY( BLOCK)?-----(\s|\\{1,3}[nr]){0,6}"""
                + "([A-Za-z0-9+/]{16}|(Proc-Type|DEK-Info|Version|Comment|Hash|Charset):)",
            Region = Region.Until("-----END", "[A-Z0-9 -]", tailCap: 64, cap: 16_384),
        },
        Whole(
            "url-password",
            """://[A-Za-z0-9._~%+-]{0,64}:[A-Za-z0-9._~%!$&'()*+,;=-]{3,128}@""",
            entropy: 0),
    ];

    /// <summary>A token of known length, between what it is not part of.</summary>
    private static PatternRule Whole(
        string id,
        string expression,
        string? notAfter = null,
        string? notBefore = null,
        bool ignoreCase = false,
        double entropy = 2.5) => new()
        {
            Id = id,
            Expression = expression,
            NotAfter = notAfter,
            NotBefore = notBefore,
            IgnoreCase = ignoreCase,
            EntropyFloor = entropy,
        };

    /// <summary>A token whose beginning is sure and whose length is not.</summary>
    private static PatternRule Open(
        string id, string expression, string region, string? notAfter = null, int cap = TokenCap) => new()
        {
            Id = id,
            Expression = expression,
            NotAfter = notAfter,
            EntropyFloor = 2.5,
            Region = Region.While(region, cap),
        };
}
