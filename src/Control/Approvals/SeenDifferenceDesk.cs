using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Approvals;

/// <summary>What approvers were shown, kept under the digest that they signed.</summary>
/// <param name="Given">The approvals that name it, oldest first; never empty.</param>
/// <param name="Changes">Texts of files by digest for who may not read them.</param>
public sealed record SeenDifference(
    string Digest, IReadOnlyList<Approval> Given, IReadOnlyList<Change> Changes);

/// <summary>Shows, however long after, what somebody signed for.</summary>
public sealed class SeenDifferenceDesk(GovernanceLog log, BlobStore blobs)
{
    /// <summary>The difference of a digest, hashed again when it is read.</summary>
    public async Task<Answer<SeenDifference>> FindAsync(
        string person, string digest, CancellationToken cancellationToken)
    {
        var state = log.State;
        var given = state.Approvals.Given.Where(a => a.Said.Difference == digest).ToList();
        if (given.Count == 0 || await blobs.FindAsync(digest, cancellationToken) is not { } kept
            || DocumentDifference.TryRead(kept) is not { } changes)
        {
            return ApprovalErrors.NoSuchDifference();
        }

        return new SeenDifference(
            digest, given,
            given.TrueForAll(a => MayReadFiles(state, person, a)) ? changes : DocumentDifference.WithoutFiles(changes));
    }

    private static bool MayReadFiles(GovernanceState state, string person, Approval given) =>
        Permission.MayReadFiles(state, person)
        || given.Person == person
        || state.Registry.Release(given.Key.System, given.Release)?.Author == person
        || state.Registry.Find(given.Key.System, given.Key.Environment)?.Owners.Includes(person) == true;
}

/// <summary>An approval that names a difference.</summary>
internal sealed record SeenBy(string System, string Environment, string Version, PersonView By, DateTimeOffset At);

internal sealed record SeenAnswer(string Digest, IReadOnlyList<SeenBy> Signed, IReadOnlyList<Change> Changes);

/// <summary>The route of what approvers were shown.</summary>
internal static class SeenDifferenceApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks) => api.MapGet(
        "/differences/{digest}", async (string digest, HttpContext call, CancellationToken token) =>
        {
            var seen = await desks.Seen.FindAsync(ControlApi.Asks(call).Person, digest, token);
            return Problems.Answer<SeenAnswer>(seen.Fault is { } fault
                ? fault
                : new SeenAnswer(
                    seen.Value.Digest, [.. seen.Value.Given.Select(a => Line(desks, a))], seen.Value.Changes));
        });

    private static SeenBy Line(ControlDesks desks, Approval given) => new(
        given.Key.System, given.Key.Environment,
        desks.Log.State.Registry.Release(given.Key.System, given.Release)?.Version ?? given.Release,
        desks.Systems.Person(given.Person), given.At);
}
