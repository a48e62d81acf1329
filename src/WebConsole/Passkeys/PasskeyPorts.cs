using Microsoft.AspNetCore.Http;
using Provost.Control.Access.Passkeys;
using Provost.Control.Governance;

namespace Provost.WebConsole.Passkeys;

/// <summary>Signing in with a passkey, and where passkeys are made.</summary>
public sealed record PasskeyPorts
{
    /// <summary>The address that passkeys are made for.</summary>
    public required PasskeyOrigin Origin { get; init; }

    /// <summary>The challenge of a new sign-in, base64url.</summary>
    public required Func<string> Begin { get; init; }

    /// <summary>Checks the answer and opens a session on the response; null: signed in.</summary>
    public required Func<HttpContext, PasskeyProof, CancellationToken, Task<GovernanceFault?>> EnterAsync
    {
        get; init;
    }

    /// <summary>Whether a page of this request can make and use passkeys.</summary>
    public bool IsHere(HttpContext call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return Origin.Accepts($"{call.Request.Scheme}://{call.Request.Host}");
    }
}
