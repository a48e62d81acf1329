using Microsoft.AspNetCore.Http;
using Provost.Control.Access.OpenId;
using Provost.Control.Governance;

namespace Provost.WebConsole.SignIn;

/// <summary>Signing in with the organisation's provider.</summary>
public sealed record OpenIdPorts
{
    /// <summary>What the page calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Begins (where to go afterwards, this server's address for the answer).</summary>
    public required Func<string, Uri, OpenIdStart> Begin { get; init; }

    /// <summary>Ends it (request, state, code, cookie's secret) and opens a session; gives where to go.</summary>
    public required Func<HttpContext, string?, string?, string?, CancellationToken, Task<Answer<string>>> FinishAsync
    {
        get; init;
    }
}
