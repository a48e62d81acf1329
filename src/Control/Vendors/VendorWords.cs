using Provost.Control.Governance;

namespace Provost.Control.Vendors;

/// <summary>What a notice and terms may say. It stands in the log for good: offices, no persons.</summary>
internal static class VendorWords
{
    private const int Longest = 300;

    /// <summary>What is wrong with a notice, null when nothing is.</summary>
    public static GovernanceFault? Fault(VendorNoticeAdded body) =>
        !IsName(body.Provider) ? Bad("provider", "a provider's name (a-z, 0-9 and -, at most 63)")
        : !IsModel(body.Model) ? Bad("model", "a model's name as releases have it")
        : body.Replacement is not null && !IsModel(body.Replacement)
            ? Bad("replacement", "a model's name, or nothing")
        : body.Shutdown.Year is < 2000 or > 2200 ? Bad("shutdown", "an instant such as 2027-02-16T00:00:00Z")
        : !IsAddress(body.Source) ? Bad("source", "the https address where the provider says so")
        : null;

    /// <summary>What is wrong with terms, null when nothing is.</summary>
    public static GovernanceFault? Fault(VendorTermsSet body) =>
        !IsName(body.Provider) ? Bad("provider", "a provider's name (a-z, 0-9 and -, at most 63)")
        : body.NoticeDays is < 0 or > 3650 ? Bad("noticeDays", "days from 0 to 3650")
        : body.Pays is not ("us" or "provider" or "shared") ? Bad("pays", "us, provider or shared")
        : !IsAddress(body.Contact) && !IsMail(body.Contact)
            ? Bad("contact", "an https address or the mail address of an office")
        : PlainWords.Check(body.Source, "source");

    private static bool IsName(string text) => text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsModel(string text) => text.Length is > 0 and <= 200
        && text.All(c => char.IsAsciiLetterOrDigit(c) || "._:/@+-".Contains(c));

    private static bool IsAddress(string text) => text.Length <= Longest && !text.Any(char.IsControl)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && uri.UserInfo.Length == 0;

    private static bool IsMail(string text) => text.Length <= 254 && text.Count(c => c == '@') == 1
        && text[0] != '@' && text[^1] != '@' && text.All(c => c is > ' ' and < '\u007f');

    private static GovernanceFault Bad(string field, string wanted) => new GovernanceFault(
        FaultKind.Invalid, "provost.vendors.field", $"{field} is not {wanted}.", $"Give {wanted}.").At(field);
}
