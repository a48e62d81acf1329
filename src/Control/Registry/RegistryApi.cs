using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Registry;

internal sealed record SubmitBody(string Environment = "production");

internal sealed record BlobAnswer(string Digest);

/// <summary>A system in all its environments; the members of the first are the answer's own.</summary>
/// <param name="AsOf">The instant that was asked for; null for now.</param>
internal sealed record SystemAnswer(
    string Name, IReadOnlyList<SystemPage> Environments, DateTimeOffset? AsOf = null);

/// <summary>Routes of manifests, systems and releases.</summary>
internal static class RegistryApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapPut("/blobs/{digest}", (string digest, HttpContext call, CancellationToken token) =>
            PutAsync(desks, digest, call, token));
        api.MapPost("/plan", async (ManifestRequest body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Manifests.PlanAsync(ControlApi.Asks(call), body, token)));
        api.MapPost("/apply", async (ManifestRequest body, HttpContext call, CancellationToken token) =>
            Problems.Answer(await desks.Manifests.ApplyAsync(ControlApi.Asks(call), body, token)));
        api.MapGet("/systems", (string? asOf, string? format, [AsParameters] InventoryQuery query) =>
            List(desks, asOf, format, query));
        api.MapGet("/systems/{name}", (string name, string? asOf) => Find(desks, name, asOf));
        api.MapPost(
            "/systems/{name}/releases/{version}/submit",
            async (string name, string version, SubmitBody body, HttpContext call, CancellationToken token) =>
                Problems.Answer(await desks.Submissions.SubmitAsync(
                    ControlApi.Asks(call), name, version, body.Environment, token)));
    }

    private static async Task<Results<Ok<BlobAnswer>, ProblemHttpResult>> PutAsync(
        ControlDesks desks, string digest, HttpContext call, CancellationToken cancellationToken)
    {
        if (!Permission.MayRegister(desks.Log.State, ControlApi.Asks(call).Person))
            return Problems.Of(RegistryErrors.MayNotRegister());

        if (call.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = BlobStore.MaxBytes;

        if (!Digest.IsWellFormed(digest) || call.Request.ContentLength > BlobStore.MaxBytes)
            return Problems.Of(RegistryErrors.BadBlob());

        using var bytes = new MemoryStream();
        await call.Request.Body.CopyToAsync(bytes, cancellationToken);
        var content = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        if (Digest.Of(content.Span) != digest)
            return Problems.Of(RegistryErrors.BadBlob());

        var stored = await desks.Blobs.PutAsync(content, cancellationToken);
        desks.Manifests.Uploads.Note(ControlApi.Asks(call).Person, digest);
        return TypedResults.Ok(new BlobAnswer(stored));
    }

    private static IResult List(ControlDesks desks, string? asOf, string? format, InventoryQuery query)
    {
        if (NamedPage.Unknown("format", format, ["csv"]) is { } unknown)
            return Problems.Of(unknown);

        var from = Standpoint.Of(desks.Log, asOf, desks.Time.GetUtcNow());
        var lines = from.Fault is { } fault ? fault : query.Of(desks.Systems.List(from.Value));
        return format is null || lines.Fault is not null
            ? Problems.Answer(lines)
            : TypedResults.File(InventoryCsv.Of(lines.Value.Items), "text/csv; charset=utf-8", "systems.csv");
    }

    private static Results<Ok<SystemAnswer>, ProblemHttpResult> Find(ControlDesks desks, string name, string? asOf)
    {
        var from = Standpoint.Of(desks.Log, asOf, desks.Time.GetUtcNow());
        if (from.Fault is { } fault)
            return Problems.Of(fault);

        var pages = desks.Systems.Find(name, from.Value);
        return pages.Count == 0
            ? Problems.Of(RegistryErrors.NoSuchSystem(name))
            : TypedResults.Ok(new SystemAnswer(name, pages, from.Value.IsPast ? from.Value.At : null));
    }
}
