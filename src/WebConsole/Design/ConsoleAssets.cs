using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Provost.WebConsole.Design;

/// <summary>
/// Style, scripts and vendored libraries, embedded in the assembly and served under <c>/assets/</c>. Addresses carry a
/// hash of the content, so a browser may keep them for a year and never shows an old page a new script.
/// </summary>
public static class ConsoleAssets
{
    private static readonly FrozenDictionary<string, Asset> Assets = Load();

    /// <summary>Every asset's name, for the test that fetches each.</summary>
    public static IEnumerable<string> Names => Assets.Keys.Order(StringComparer.Ordinal);

    /// <summary>The address of an asset with its hash.</summary>
    /// <exception cref="KeyNotFoundException">No such asset is embedded.</exception>
    public static string Url(string name) => $"/assets/{name}?v={Assets[name].Hash}";

    /// <summary>Maps <c>GET /assets/{name}</c>; anyone may read them, they say nothing.</summary>
    public static void MapConsoleAssets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{name}", Serve).AllowAnonymous().ExcludeFromDescription();

    private static IResult Serve(string name, HttpContext call)
    {
        if (!Assets.TryGetValue(name, out var asset))
        {
            return TypedResults.NotFound();
        }

        call.Response.Headers.CacheControl = call.Request.Query["v"] == asset.Hash
            ? "public, max-age=31536000, immutable"
            : "no-cache";
        var tag = new EntityTagHeaderValue($"\"{asset.Hash}\"");
        return TypedResults.Bytes(asset.Content, asset.MediaType, entityTag: tag);
    }

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = typeof(ConsoleAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith("assets/", StringComparison.Ordinal))
            .ToFrozenDictionary(
                n => n["assets/".Length..],
                n =>
                {
                    using var stream = assembly.GetManifestResourceStream(n)!;
                    var content = new byte[stream.Length];
                    stream.ReadExactly(content);
                    var media = n.EndsWith(".css", StringComparison.Ordinal) ? "text/css" : "text/javascript";
                    var hash = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
                    return new Asset(content, $"{media}; charset=utf-8", hash);
                },
                StringComparer.Ordinal);
    }

    private sealed record Asset(byte[] Content, string MediaType, string Hash);
}
