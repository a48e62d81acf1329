namespace Provost.Control.Access.OpenId;

/// <summary>
/// The organisation's OpenID provider, as the platform's settings name it. Its addresses are given and not discovered:
/// a document that decides where keys come from would be one more thing to trust. They lengthen the egress allow-list.
/// </summary>
public sealed record OpenIdSettings
{
    /// <summary>What the sign-in page calls it, as <c>Acme single sign-on</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The exact claim <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the browser is sent; reached by the browser alone.</summary>
    public required Uri Authorization { get; init; }

    /// <summary>Where the code is changed for a token.</summary>
    public required Uri Token { get; init; }

    /// <summary>Where the provider publishes its keys (JWK Set).</summary>
    public required Uri Keys { get; init; }

    public required string ClientId { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:PATH</c>; never the secret.</summary>
    public required string ClientSecret { get; init; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public string? Fault() =>
        new[] { Authorization, Token, Keys }.FirstOrDefault(a => !a.IsAbsoluteUri
            || (a.Scheme != Uri.UriSchemeHttps && !(a.Scheme == Uri.UriSchemeHttp && a.IsLoopback))) is { } open
            ? $"{open} is no https address."
            : Name.Length == 0 || Issuer.Length == 0 || ClientId.Length == 0
                ? "name, issuer and clientId are needed."
                : null;
}
