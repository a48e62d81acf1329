using Provost.Ledger.Statements;

namespace Provost.Control.Access.Passkeys;

/// <summary>
/// The one address of the console that passkeys are made for and used on. The platform's settings name it; without that
/// it is this machine under the name <c>localhost</c>. What a request says of its own host is not asked: a site that
/// passes requests on says what it likes.
/// </summary>
/// <param name="Console">The origin, as <c>https://provost.acme.example</c>; null while the settings name none.</param>
public sealed record PasskeyOrigin(string? Console = null)
{
    /// <summary>In words, for refusals and pages.</summary>
    public string Allowed => Console ?? "http://localhost, this machine alone";

    /// <summary>Whether passkeys of this origin may be registered and sign in.</summary>
    public bool Accepts(string? origin) => Console is not null
        ? origin == Console
        : PasskeyPublicKey.HostOf(origin) == "localhost"
            && origin!.StartsWith(Uri.UriSchemeHttp + Uri.SchemeDelimiter, StringComparison.Ordinal);

    /// <summary>What is wrong with the setting; null when nothing is.</summary>
    public string? Fault() => Console is null || PasskeyPublicKey.HostOf(Console) is not null
        ? null
        : $"{Console} is no origin of a console: https and a host name, without a path, as "
        + "https://provost.acme.example.";
}
