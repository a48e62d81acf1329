namespace Provost.Gateway.Tests.Guardrails.Secrets;

/// <summary>
/// A credential of every form, made up while the test runs: none stands in this repository, and none is real.
/// </summary>
internal static class SecretSamples
{
    private const string Digits = "0123456789";
    private const string Hex = "0123456789abcdef";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Url = Word + "_-";
    private const string Base64 = Word + "+/";

    /// <summary>A maker of one credential by rule.</summary>
    public static IReadOnlyDictionary<string, Func<Random, string>> All { get; } =
        new Dictionary<string, Func<Random, string>>
        {
            ["age-secret-key"] = r => "AGE-SECRET-KEY-" + "1" + Some(r, 58, Upper + Digits),
            ["airtable-token"] = r => "pat" + Some(r, 14, Word) + "." + Some(r, 64, Hex),
            ["anthropic-key"] = r => "sk-" + "ant-api03-" + Some(r, 95, Url),
            ["atlassian-token"] = r => "ATA" + "TT3" + Some(r, 186, Url),
            ["aws-access-key-id"] = r => "AK" + "IA" + Some(r, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
            ["aws-secret-access-key"] = r => "AWS_SECRET_ACCESS_" + "KEY=" + Some(r, 40, Base64),
            ["azure-sas-signature"] = r => "sig=" + Some(r, 43, Word) + "%3D",
            ["azure-storage-key"] = r => "Account" + "Key=" + Some(r, 86, Base64) + "==",
            ["cloudflare-origin-key"] = r => "v1.0-" + Some(r, 24, Hex) + "-" + Some(r, 146, Hex),
            ["databricks-token"] = r => "da" + "pi" + Some(r, 32, Hex) + "-2",
            ["digitalocean-token"] = r => "dop_" + "v1_" + Some(r, 64, Hex),
            ["discord-bot-token"] = r => "M" + Some(r, 25, Word) + "." + Some(r, 6, Word) + "." + Some(r, 38, Word),
            ["docker-token"] = r => "dckr_" + "pat_" + Some(r, 27, Word),
            ["doppler-token"] = r => "dp." + "pt." + Some(r, 43, Word),
            ["dropbox-token"] = r => "sl." + Some(r, 140, Url),
            ["figma-token"] = r => "fig" + "d_" + Some(r, 40, Url),
            ["gcp-oauth-secret"] = r => "GOC" + "SPX-" + Some(r, 28, Url),
            ["gcp-service-account-key-id"] = r => "private_key_" + "id\": \"" + Some(r, 40, Hex),
            ["github-fine-grained-token"] = r => "github_" + "pat_" + Some(r, 22, Word) + "_" + Some(r, 59, Word),
            ["github-token"] = r => "gh" + "s_" + Some(r, 36, Word),
            ["gitlab-token"] = r => "gl" + "pat-" + Some(r, 20, Url) + ".01." + Some(r, 9, Word),
            ["google-api-key"] = r => "AI" + "za" + Some(r, 35, Url),
            ["google-oauth-token"] = r => "ya" + "29." + Some(r, 120, Url),
            ["grafana-token"] = r => "gl" + "sa_" + Some(r, 32, Word) + "_" + Some(r, 8, Hex),
            ["groq-key"] = r => "gs" + "k_" + Some(r, 52, Word),
            ["heroku-key"] = r => "HRKU" + "-AA" + Some(r, 58, Url),
            ["huggingface-token"] = r => "h" + "f_" + Some(r, 34, Word),
            ["jwt"] = r => Token(r, "ey" + "JhbGci"),
            ["jwt-like"] = r => Token(r, "ey" + "J9zdGF"),
            ["linear-key"] = r => "lin_" + "api_" + Some(r, 40, Word),
            ["mailgun-key"] = r => "ke" + "y-" + Some(r, 32, Hex),
            ["new-relic-key"] = r => "NR" + "AK-" + Some(r, 27, Upper + Digits),
            ["notion-token"] = r => "nt" + "n_" + Some(r, 46, Word),
            ["npm-token"] = r => "np" + "m_" + Some(r, 36, Word),
            ["one-password-token"] = r => "ops_" + "eyJ" + Some(r, 250, Word),
            ["openai-key"] = r => "sk-" + "proj-" + Some(r, 156, Url),
            ["openrouter-key"] = r => "sk-" + "or-v1-" + Some(r, 64, Hex),
            ["perplexity-key"] = r => "pp" + "lx-" + Some(r, 48, Word),
            ["planetscale-token"] = r => "pscale_" + "tkn_" + Some(r, 43, Url),
            ["postman-key"] = r => "PM" + "AK-" + Some(r, 24, Hex) + "-" + Some(r, 34, Hex),
            ["private-key"] = r => Pem(r, "RSA PRIVATE KEY", "\n"),
            ["provost-client-key"] = r =>
                "pk" + "_" + Some(r, 10, Word) + "_" + Some(r, 43, Url) + "_" + Some(r, 6, Hex),
            ["provost-service-token"] = r =>
                "pt" + "_" + Some(r, 10, Word) + "_" + Some(r, 43, Url) + "_" + Some(r, 6, Hex),
            ["pulumi-token"] = r => "pu" + "l-" + Some(r, 40, Hex),
            ["pypi-token"] = r => "py" + "pi-AgEIcHlwaS5vcmc" + Some(r, 130, Url),
            ["replicate-token"] = r => "r" + "8_" + Some(r, 37, Word),
            ["sendgrid-key"] = r => "S" + "G." + Some(r, 22, Url) + "." + Some(r, 43, Url),
            ["sentry-token"] = r => "sntry" + "s_" + Some(r, 120, Base64),
            ["shopify-token"] = r => "shp" + "at_" + Some(r, 32, Hex),
            ["sk-key"] = r => "s" + "k-" + Some(r, 48, Word),
            ["slack-app-token"] = r => "xa" + "pp-1-" + Some(r, 11, Upper + Digits) + "-" + Some(r, 64, Hex),
            ["slack-token"] = r => "xo" + "xb-" + Some(r, 12, Digits) + "-" + Some(r, 24, Word),
            ["slack-webhook"] = r =>
                "hooks.sl" + "ack.com/services/T" + Some(r, 8, Upper) + "/B0123/" + Some(r, 24, Word),
            ["square-token"] = r => "sq0" + "atp-" + Some(r, 22, Url),
            ["stripe-key"] = r => "r" + "k_live_" + Some(r, 99, Word),
            ["stripe-webhook-secret"] = r => "wh" + "sec_" + Some(r, 32, Word),
            ["supabase-key"] = r => "sb_" + "secret_" + Some(r, 31, Url),
            ["tailscale-key"] = r => "ts" + "key-auth-" + Some(r, 17, Word) + "-" + Some(r, 32, Word),
            ["telegram-bot-token"] = r => "1" + Some(r, 9, Digits) + ":A" + Some(r, 34, Url),
            ["terraform-cloud-token"] = r => ".atlas" + "v1." + Some(r, 67, Url),
            ["twilio-key"] = r => "S" + "K" + Some(r, 32, Hex),
            ["url-password"] = r => ":/" + "/app:" + Some(r, 20, Word) + "@",
            ["vault-token"] = r => "hv" + "s." + Some(r, 95, Url),
            ["xai-key"] = r => "x" + "ai-" + Some(r, 80, Word),
        };

    /// <summary>An armoured private key with its lines joined as a document or a JSON string has them.</summary>
    public static string Pem(Random random, string kind, string newline)
    {
        var dashes = new string('-', 5);
        return string.Join(newline,
        [
            $"{dashes}BEGIN {kind}{dashes}",
            .. Enumerable.Range(0, 25).Select(_ => Some(random, 64, Base64)),
            $"{dashes}END {kind}{dashes}",
        ]);
    }

    private static string Token(Random random, string beginning) =>
        $"{beginning}{Some(random, 28, Url)}.ey" + "J" + Some(random, 200, Url) + "." + Some(random, 43, Url);

    private static string Some(Random random, int length, string alphabet) =>
        string.Concat(random.GetItems(alphabet.AsSpan(), length));
}
