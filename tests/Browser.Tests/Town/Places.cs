using Provost.Stage;

namespace Provost.Browser.Tests.Town;

/// <summary>The pages of the console by name, with a heading each and somebody who may read them.</summary>
internal static class Places
{
    public static TheoryData<string> All => [.. Names];

    private static string[] Names { get; } =
    [
        "overview", "systems", "system", "quiet system", "release", "decisions", "decision", "incidents", "incident",
        "found", "approvals", "retention", "holds", "erasures", "reveals", "coverage", "ledger", "custody", "findings",
        "owners", "intake", "exceptions", "adoptions", "connections", "breaks", "vendor tasks", "vendors",
        "vendor notices", "account", "sign-ins", "people", "policies", "reviews", "oncall",
    ];

    /// <summary>Where a page of the town is.</summary>
    public static string Address(this GovernedTown town, string page) => page switch
    {
        "overview" => "/",
        "systems" => "/systems",
        "system" => $"/systems/{GovernedTown.Scoring}",
        "quiet system" => $"/systems/{GovernedTown.Chat}",
        "release" => $"/systems/{GovernedTown.Chat}/releases/3.2.0",
        "decisions" => "/decisions?outcome=redacted&cohort=region%3Deu",
        "decision" => $"/decisions/{town.Redacted}",
        "incidents" => "/incidents",
        "incident" => $"/incidents/{town.Incident}",
        "found" => "/found",
        "approvals" => "/approvals",
        "retention" or "holds" or "erasures" or "reveals" => $"/records/{page}",
        "coverage" => $"/systems/{GovernedTown.Chat}/guardrails",
        "ledger" => "/ledger",
        "custody" or "findings" or "owners" or "intake" or "exceptions" or "adoptions" or "account" or "people"
            or "policies" or "reviews" or "oncall" => $"/{page}",
        "connections" => $"/graph?node={GovernedTown.Chat}",
        "breaks" => $"/graph?node=model%3Aopenai%2F{GovernedTown.Model}&breaks=yes",
        "vendor tasks" => "/vendors",
        "vendors" => "/vendors?show=providers",
        "vendor notices" => "/vendors?show=notices",
        "sign-ins" => "/people/sign-ins",
        _ => throw new ArgumentOutOfRangeException(nameof(page), page, "no such page"),
    };

    /// <summary>Who reads it: decisions and what became of them are the compliance officer's, the rest is open to all
    /// who work here.</summary>
    public static Persona Reader(this GovernedTown town, string page) =>
        page is "decisions" or "decision" or "retention" or "holds" or "erasures" or "reveals" or "coverage" or "ledger"
            or "sign-ins" or "people"
            ? town.Staff.Leo
            : town.Staff.Sam;

    /// <summary>A text that stands on the page only when its data is there.</summary>
    public static string Evidence(string page) => page switch
    {
        "overview" => "admissions",
        "systems" => "refund-assistant",
        "system" => "Dana Okafor",
        "quiet system" => "Ana Ruiz",
        "release" => "gpt-5.2-2026-09-01",
        "decisions" => "REDACTED",
        "decision" => "Sam Adeyemi",
        "incidents" => "admissions",
        "incident" => "dept",
        "found" => "Mia Chen",
        "approvals" => "No release waits",
        "retention" => "customer-answer",
        "holds" => "case 17",
        "erasures" => "Leo Marin",
        "reveals" => "refund-assistant",
        "coverage" => "secrets on output",
        "ledger" => "Verify every entry",
        "custody" => "Checkpoints, after it has proved",
        "findings" => "has not accepted",
        "owners" => "Dana Okafor",
        "intake" => "Forbidden practices",
        "exceptions" => "waits for a second",
        "adoptions" => "How an adoption works",
        "connections" => GovernedTown.Model,
        "breaks" => GovernedTown.ToPause,
        "vendor tasks" => "Dana Okafor",
        "vendors" => "notice",
        "vendor notices" => "gpt-5.4-2026-12-01",
        "account" => "Session of the console",
        "sign-ins" => "came in",
        "people" => "Dana Okafor",
        "policies" => "social-scoring",
        "reviews" => "No system is to be reviewed",
        "oncall" => "Dana Okafor",
        _ => throw new ArgumentOutOfRangeException(nameof(page), page, "no such page"),
    };
}
