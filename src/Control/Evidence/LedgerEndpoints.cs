using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Custody;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Reveals;
using Provost.Control.Storage;
using Provost.Ledger.Tree;

namespace Provost.Control.Evidence;

/// <summary>
/// The log for any verifier: C2SP tlog-tiles under <c>/ledger</c> (checkpoint and hash tiles for everyone, entries for
/// those who may read all decisions), its key, and bundles and receipts that verify offline.
/// </summary>
public sealed class LedgerEndpoints(
    RequestIdentity identity, GovernanceLog log, DecisionEndpoints decisions, TileLogReader reader,
    ReceiptDesk receipts, BundleDesk exports, RevealDesk reveals, PayloadReader contents, string ledgerFolder,
    Func<long> committedSize)
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Brief = "public, max-age=5";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ledger/checkpoint", Checkpoint);
        routes.MapGet("/ledger/tile/{level}/{**path}", Tile);
        routes.MapGet("/api/ledger/key", () => TypedResults.Ok(LedgerKey.Of(log.State.LogKeys)));
        routes.MapGet("/api/ledger/export", ExportAsync);
        routes.MapGet("/api/decisions/{id:guid}/receipt", ReceiptAsync);
        routes.MapPost("/api/reveals/{id:guid}/bundle", TakeOutAsync);
    }

    private Results<FileContentHttpResult, NotFound> Checkpoint(HttpContext call)
    {
        var file = Path.Combine(ledgerFolder, "checkpoint");
        call.Response.Headers.CacheControl = "no-cache";
        return File.Exists(file)
            ? TypedResults.File(File.ReadAllBytes(file), "text/plain; charset=utf-8")
            : TypedResults.NotFound();
    }

    private Results<FileContentHttpResult, NotFound, ProblemHttpResult> Tile(
        HttpContext call, string level, string path)
    {
        var isEntries = level == "entries";
        if (isEntries && (identity.Of(call) is not { } asks || !Permission.MayExport(log.State, asks.Person)))
            return Problems.Of(identity.Refusal(call));

        var depth = 0;
        if (!TileAddress.TryParse(path, out var index, out var width)
            || (!isEntries && !TileAddress.TryParseLevel(level, out depth))
            || !TileAddress.IsWithin(committedSize(), depth, index, width))
        {
            return TypedResults.NotFound();
        }

        var tile = isEntries ? reader.EntryBundle(index, width) : reader.Tile(depth, index, width);
        if (tile is null)
            return TypedResults.NotFound();

        call.Response.Headers.CacheControl = Caching(isEntries, width);
        return TypedResults.File(tile, "application/octet-stream");
    }

    /// <summary>A full tile never changes. One that is not full is superseded soon and must not fill a cache. Entries
    /// stay with whom they were given to.</summary>
    internal static string Caching(bool isEntries, int width) =>
        isEntries ? "private, max-age=3600" : width == TileAddress.Width ? Immutable : Brief;

    private async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReceiptAsync(
        Guid id, HttpContext call, CancellationToken cancellationToken)
    {
        if (identity.Of(call) is not { } asks)
            return Problems.Of(identity.Refusal(call));

        try
        {
            var made = await receipts.MakeAsync(asks.Person, id, cancellationToken);
            call.Response.Headers.CacheControl = "no-store";
            return made.Fault is { } fault
                ? Problems.Of(fault)
                : TypedResults.File(made.Value.Bytes, ReceiptDesk.MediaType, made.Value.FileName);
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DecisionEndpoints.DatabaseDown(down));
        }
    }

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportAsync(
        HttpContext call, [AsParameters] DecisionParameters parameters, long? provenFrom,
        CancellationToken cancellationToken)
    {
        var filter = decisions.Authorise(call, parameters);
        if (filter.Fault is { } fault)
            return Problems.Of(fault);

        try
        {
            var asked = call.Request.Query.Where(q => q.Key != nameof(provenFrom))
                .ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
            var prepared = await exports.PrepareAsync(
                identity.Of(call)!.Person, filter.Value, asked, provenFrom, cancellationToken);
            return await SendAsync(call, prepared, cancellationToken);
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DecisionEndpoints.DatabaseDown(down));
        }
    }

    private async Task<Results<EmptyHttpResult, ProblemHttpResult>> TakeOutAsync(
        Guid id, HttpContext call, long? provenFrom, CancellationToken cancellationToken)
    {
        if (identity.Of(call) is not { } asks)
            return Problems.Of(identity.Refusal(call));

        if (asks.ByCookie && !RequestIdentity.IsSameOrigin(call))
            return Problems.Of(LoginErrors.CrossOrigin());

        Answer<PreparedBundle> prepared;
        try
        {
            var taken = await reveals.TakeOutAsync(asks, id, contents, cancellationToken);
            if (taken.Fault is { } fault)
                return Problems.Of(fault);

            var (filter, asked, opened) = taken.Value;
            prepared = await exports.PrepareAsync(asks.Person, filter, asked, provenFrom, cancellationToken, opened);
        }
        catch (DatabaseDownException down)
        {
            return Problems.Of(DecisionEndpoints.DatabaseDown(down));
        }
        catch (IOException away)
        {
            return Problems.Of(CustodyErrors.VaultAway(away.Message));
        }

        return await SendAsync(call, prepared, cancellationToken); // what breaks from here on is the caller's line
    }

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> SendAsync(
        HttpContext call, Answer<PreparedBundle> prepared, CancellationToken cancellationToken)
    {
        if (prepared.Fault is { } refused)
            return Problems.Of(refused);

        call.Response.ContentType = PreparedBundle.MediaType;
        call.Response.Headers.CacheControl = "no-store";
        call.Response.Headers.ContentDisposition = $"attachment; filename={PreparedBundle.FileName}";
        await prepared.Value.WriteAsync(call.Response.Body, cancellationToken);
        return TypedResults.Empty;
    }
}

/// <param name="Vkey">The log's newest verifier key in C2SP signed-note form.</param>
/// <param name="Keys">All keys that the log ever had, oldest first.</param>
public sealed record LedgerKey(string Vkey, IReadOnlyList<LedgerKeyTerm> Keys)
{
    internal static LedgerKey Of(LogKeyState keys) => new(
        keys.Keys[^1].Key.ToString(),
        [.. keys.Keys.Select(k => new LedgerKeyTerm(k.Key.ToString(), k.Since, k.Until, k.Ended))]);
}

/// <param name="Until">When it is to end; null for the newest.</param>
/// <param name="Ended">When it ended; null while it signs.</param>
public sealed record LedgerKeyTerm(string Vkey, DateTimeOffset Since, DateTimeOffset? Until, DateTimeOffset? Ended);
