using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Provost.Control.Tests.Access.Pipelines;

/// <summary>An issuer of pipelines' tokens with real keys behind a real address; it rotates them when told.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string Issuer = "https://token.pipelines.example";
    public const string Audience = "provost.acme.example";
    public const string Repository = "acme/refunds";
    public const string Workflow = "acme/refunds/.github/workflows/release.yml";

    private readonly WebApplication _app;
    private RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _edition = 1;

    private FakeIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/keys", () =>
        {
            Asked++;
            return IsAway ? Results.StatusCode(503) : Results.Text(Keys().ToJsonString(), "application/json");
        });
        _app.MapPost("/token", async (HttpContext call) =>
        {
            Form = await call.Request.ReadFormAsync();
            return IdToken is null ? Results.StatusCode(400) : Results.Json(new { id_token = IdToken });
        });
    }

    /// <summary>What the token endpoint gives; null: it refuses.</summary>
    public string? IdToken { get; set; }

    /// <summary>What the token endpoint was asked with last.</summary>
    public IFormCollection? Form { get; private set; }

    /// <summary>How often it was asked for its keys.</summary>
    public int Asked { get; private set; }

    public bool IsAway { get; set; }

    public Uri Address { get; private set; } = new("http://unset");

    public static async Task<FakeIssuer> StartAsync()
    {
        var issuer = new FakeIssuer();
        await issuer._app.StartAsync();
        issuer.Address = new Uri(new Uri(issuer._app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First()), "/keys");
        return issuer;
    }

    /// <summary>From now on another key signs, and the old one is published no more.</summary>
    public void Rotate()
    {
        _rsa.Dispose();
        _rsa = RSA.Create(2048);
        _edition++;
    }

    /// <summary>What a good run of GitHub's says.</summary>
    public static JsonObject Claims(DateTimeOffset now) => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = $"repo:{Repository}:ref:refs/heads/main",
        ["repository"] = Repository,
        ["workflow_ref"] = $"{Workflow}@refs/heads/main",
        ["ref"] = "refs/heads/main",
        ["ref_type"] = "branch",
        ["ref_protected"] = "true",
        ["sha"] = "3e1b0f7c",
        ["run_id"] = "4711",
        ["actor"] = "octo-person",
        ["jti"] = Guid.NewGuid().ToString(),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    /// <summary>The claims signed with RS256 by the key in force.</summary>
    public string Sign(JsonObject claims) => Compact(
        new JsonObject { ["alg"] = "RS256", ["kid"] = $"rsa-{_edition}" }, claims,
        bytes => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public string SignEs256(JsonObject claims) => Compact(
        new JsonObject { ["alg"] = "ES256", ["kid"] = "ec" }, claims,
        bytes => _ec.SignData(
            bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    /// <summary>The public key taken for a shared secret.</summary>
    public string SignWithPublicKey(JsonObject claims) => Compact(
        new JsonObject { ["alg"] = "HS256", ["kid"] = $"rsa-{_edition}" }, claims,
        bytes => HMACSHA256.HashData(_rsa.ExportSubjectPublicKeyInfo(), bytes));

    /// <summary>Signed by a key that the issuer does not have, under the name of one that it has.</summary>
    public string Forge(JsonObject claims)
    {
        using var other = RSA.Create(2048);
        return Compact(
            new JsonObject { ["alg"] = "RS256", ["kid"] = $"rsa-{_edition}" }, claims,
            bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    public static string Compact(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _ec.Dispose();
    }

    private JsonObject Keys()
    {
        var (rsa, ec) = (_rsa.ExportParameters(false), _ec.ExportParameters(false));
        return new JsonObject
        {
            ["keys"] = new JsonArray(
                new JsonObject { ["kty"] = "OKP", ["kid"] = "unknown-kind", ["x"] = "AA" },
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["kid"] = $"rsa-{_edition}",
                    ["use"] = "sig",
                    ["alg"] = "RS256",
                    ["n"] = Base64Url.EncodeToString(rsa.Modulus),
                    ["e"] = Base64Url.EncodeToString(rsa.Exponent),
                },
                new JsonObject
                {
                    ["kty"] = "EC",
                    ["kid"] = "ec",
                    ["crv"] = "P-256",
                    ["x"] = Base64Url.EncodeToString(ec.Q.X),
                    ["y"] = Base64Url.EncodeToString(ec.Q.Y),
                }),
        };
    }
}
