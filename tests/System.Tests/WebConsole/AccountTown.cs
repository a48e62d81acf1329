using Provost.Control;
using Provost.Control.Access;

namespace Provost.SystemTests.WebConsole;

/// <summary>Tokens, sessions and sign-ins of the console's town.</summary>
internal static class AccountTown
{
    public const string Session = "0199b0de-0000-7000-8000-000000000001";
    public const string Program = "0123456789";

    public static readonly IReadOnlyList<CredentialView> Credentials =
    [
        new(
            Session, "session", ConsoleTown.Owner, null, [], [], ConsoleTown.Now.AddMinutes(-9),
            ConsoleTown.Now.AddHours(1), ConsoleTown.Now, IsThis: true),
        new(
            Program, "service", ConsoleTown.Owner, "ci/<b>refunds</b>", ["apply", "plan"], ["refund-assistant"],
            ConsoleTown.Now.AddDays(-3), ConsoleTown.Now.AddDays(87), null, IsThis: false),
    ];

    public static Listing<SignInLine> SignIns(SignInFilter filter) => new(
    [
        .. new[]
        {
            new SignInLine(
                Guid.Parse(Session), ConsoleTown.Now, "signed_in", ConsoleTown.Owner, "password", "session", Session,
                "c291cmNlIG9uZQ==", null, 1),
            new SignInLine(
                ConsoleTown.Incident, ConsoleTown.Now, "sign_in_failed", null, "password", null, null,
                "c291cmNlIHR3bw==", "provost.login.wrong", 41),
        }.Where(l => (filter.What is null || l.What == filter.What)
            && (filter.Person is null || l.Person == filter.Person)),
    ]);
}
