using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Provost.Control.Access.Pipelines;
using Provost.Control.Governance;
using Provost.Gateway.Routing;

namespace Provost.Control.Access.OpenId;

/// <summary>A sign-in that has begun.</summary>
/// <param name="Address">Where the browser goes.</param>
/// <param name="Secret">For a cookie: only this browser can end what it began.</param>
public sealed record OpenIdStart(Uri Address, string Secret);

/// <summary>Who came back, and where they wanted to go.</summary>
public sealed record OpenIdArrival(Person Person, string To);

/// <summary>
/// Signing in with the organisation's provider: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636), state
/// and nonce (OpenID Connect Core 1.0 sections 3.1.2 and 3.1.3). It lets in persons of the roster and makes none.
/// </summary>
public sealed partial class OpenIdDesk(
    OpenIdSettings settings, GovernanceLog log, PeopleDirectory directory, HttpMessageInvoker http, IssuerKeys keys,
    TimeProvider time, ILogger<OpenIdDesk> logger)
{
    /// <summary>How long a sign-in may take.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const int AtMost = 1000;
    private const int MaxAnswer = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>What the sign-in page calls the provider.</summary>
    public string Name => settings.Name;

    /// <summary>Begins a sign-in.</summary>
    /// <param name="to">Where to go afterwards; a path of the console.</param>
    /// <param name="redirect">This server's own address for the answer, as the provider knows it.</param>
    public OpenIdStart Begin(string to, Uri redirect)
    {
        var now = time.GetUtcNow();
        foreach (var (key, old) in _pending)
        {
            if (old.Until <= now)
                _pending.TryRemove(key, out _);
        }

        // The oldest goes: whoever begins a thousand and ends none must not keep everybody else out for minutes.
        if (_pending.Count >= AtMost && _pending.MinBy(p => p.Value.Until) is { Key: { } oldest })
            _pending.TryRemove(oldest, out _);

        var (state, secret, nonce, verifier) = (
            SecretText.NewSecret(), SecretText.NewSecret(), SecretText.NewSecret(), SecretText.NewSecret());
        _pending[state] = new Pending(SecretText.HashOf(secret), nonce, verifier, to, redirect, now + Life);
        return new OpenIdStart(
            new Uri(QueryHelpers.AddQueryString(settings.Authorization.ToString(), new Dictionary<string, string?>
            {
                ["response_type"] = "code",
                ["client_id"] = settings.ClientId,
                ["redirect_uri"] = redirect.ToString(),
                ["scope"] = "openid email",
                ["state"] = state,
                ["nonce"] = nonce,
                ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
                ["code_challenge_method"] = "S256",
            })),
            secret);
    }

    /// <summary>Ends it: changes the code for a token, checks that, and finds the person.</summary>
    /// <param name="state">As the provider sent it back; good for one answer.</param>
    /// <param name="code">Null where the provider refused.</param>
    /// <param name="secret">From the browser's cookie.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Answer<OpenIdArrival>> FinishAsync(
        string? state, string? code, string? secret, CancellationToken cancellationToken)
    {
        if (state is null || secret is null || !_pending.TryGetValue(state, out var begun)
            || !SecretText.Matches(secret, begun.SecretHash) || !_pending.TryRemove(state, out _)
            || begun.Until <= time.GetUtcNow())
        {
            return OpenIdErrors.State();
        }

        if (string.IsNullOrEmpty(code))
            return OpenIdErrors.Denied();

        if (await ExchangeAsync(begun, code, cancellationToken) is not { } text)
            return OpenIdErrors.Away();

        var read = SignedToken.Read(text);
        if (read.Fault is not null || !await IsSignedAsync(read.Value, cancellationToken)
            || !IsForThis(read.Value, begun.Nonce))
        {
            return OpenIdErrors.Token();
        }

        var person = await FindAsync(read.Value, cancellationToken);
        return person.Fault is { } nobody ? nobody : new OpenIdArrival(person.Value, begun.To);
    }

    private bool IsForThis(SignedToken token, string nonce)
    {
        var (now, skew) = (time.GetUtcNow(), PipelineClaims.Skew);
        return token.Claim("iss") == settings.Issuer && token.IsFor(settings.ClientId)
            && token.Claim("azp") is var party && (party is null || party == settings.ClientId)
            && (party is not null || token.Claims.GetProperty("aud").ValueKind == JsonValueKind.String
                || token.Claims.GetProperty("aud").GetArrayLength() == 1)
            && token.Instant("exp") is { } expires && now < expires + skew
            && token.Instant("iat") is { } issued && issued <= now + skew && now <= issued + Life
            && token.Claim("nonce") == nonce && !string.IsNullOrEmpty(token.Claim("sub"));
    }

    /// <summary>By the identity, where it is somebody's; else by the verified address, once.</summary>
    private async Task<Answer<Person>> FindAsync(SignedToken token, CancellationToken cancellationToken)
    {
        var identity = IdentityLinked.Of(settings.Issuer, token.Claim("sub")!);
        var roster = log.State.Roster;
        if (roster.Identities.GetValueOrDefault(identity) is { } known)
            return roster.Live(known) is { } person ? person : OpenIdErrors.Nobody();

        if (token.Claim("email") is not { } mail || !token.Claims.TryGetProperty("email_verified", out var verified)
            || verified.ValueKind != JsonValueKind.True)
        {
            return OpenIdErrors.Unverified();
        }

        if (await directory.ByMailAsync(mail, cancellationToken) is not { } found)
            return OpenIdErrors.Nobody();

        var draft = GovernanceDraft.Of(
            Actor.Person(found.Id), found.Id, new IdentityLinked { Person = found.Id, Identity = identity });
        return await log.AppendAsync(draft, cancellationToken) is GovernanceOutcome.Refused refused
            ? refused.Fault
            : found;
    }

    private async Task<bool> IsSignedAsync(SignedToken token, CancellationToken cancellationToken)
    {
        try
        {
            return (await keys.FindAsync(settings.Keys, token.KeyId, cancellationToken)).Any(token.IsSignedBy);
        }
        catch (IssuerAwayException away)
        {
            LogAway(away.Message);
            return false;
        }
    }

    /// <summary>The id token for a code; null when there is none.</summary>
    private async Task<string?> ExchangeAsync(Pending begun, string code, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, settings.Token);
            var secret = SecretReference.Read(settings.ClientSecret);
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(
                Encoding.UTF8.GetBytes(
                    $"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
            request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = begun.Redirect.ToString(),
                ["code_verifier"] = begun.Verifier,
            });
            using var answer = await http.SendAsync(request, both.Token);
            if (!answer.IsSuccessStatusCode)
            {
                LogAway($"{settings.Token.Host} answered {(int)answer.StatusCode}");
                return null;
            }

            await using var body = await answer.Content.ReadAsStreamAsync(both.Token);
            var bytes = new byte[MaxAnswer];
            var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, both.Token);
            using var document = JsonDocument.Parse(bytes.AsMemory(0, read));
            return document.RootElement.TryGetProperty("id_token", out var token) ? token.GetString() : null;
        }
        catch (Exception fault) when (
            fault is HttpRequestException or IOException or JsonException or InvalidOperationException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogAway(fault.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The OpenID provider gave no token that can be checked: {Why}")]
    private partial void LogAway(string why);

    private sealed record Pending(
        string SecretHash, string Nonce, string Verifier, string To, Uri Redirect, DateTimeOffset Until);
}
