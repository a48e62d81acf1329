using Microsoft.AspNetCore.Http;
using Provost.Control;
using Provost.Control.Access;
using Provost.Control.Governance;

namespace Provost.WebConsole.People;

/// <summary>Tokens, sessions and sign-ins, of whoever the request is from.</summary>
public sealed record AccountPorts
{
    /// <summary>The asking person's own tokens and sessions, and those of programs they answer for.</summary>
    public required Func<HttpContext, IReadOnlyList<CredentialView>> CredentialsOf { get; init; }

    /// <summary>Ends one of them by id; null: ended.</summary>
    public required Func<HttpContext, string, CancellationToken, Task<GovernanceFault?>> EndAsync { get; init; }

    /// <summary>Ends all sessions and tokens of the asking person's own but the one that asks; null: ended.</summary>
    public required Func<HttpContext, CancellationToken, Task<GovernanceFault?>> EndAllAsync { get; init; }

    /// <summary>Takes one of the asking person's own keys away; null: taken away.</summary>
    public required Func<HttpContext, string, CancellationToken, Task<GovernanceFault?>> RemoveKeyAsync { get; init; }

    /// <summary>Makes a token for a program in the asking person's name; it is shown this once.</summary>
    public required Func<HttpContext, ServiceTokenOrder, CancellationToken, Task<Answer<ServiceTokenShown>>> MakeAsync
    {
        get; init;
    }

    /// <summary>Who came in; without the right to read the roster, the person's own lines alone.</summary>
    public required Func<HttpContext, SignInFilter, Listing<SignInLine>> SignIns { get; init; }
}
