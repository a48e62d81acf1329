using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;

namespace Provost.Control.Evidence;

/// <summary>
/// <c>/api/ledger/verification</c>: the verifier over the server's own log, and
/// <c>/api/ledger/reconciliation</c>: calls answered against outcomes recorded.
/// </summary>
public sealed class VerificationApi(
    GovernanceLog log, VerificationDesk verification, Func<IReadOnlyList<NodeBalance>> balances)
{
    public void Map(RouteGroupBuilder api)
    {
        api.MapPost("/ledger/verification", Start);
        api.MapGet("/ledger/verification", Look);
        api.MapGet("/ledger/reconciliation", Reconcile);
    }

    private Results<Ok<VerificationRun>, ProblemHttpResult> Start(HttpContext call)
    {
        var person = ControlApi.Asks(call).Person;
        return Permission.MayVerify(log.State, person)
            ? TypedResults.Ok(verification.Start(person))
            : Problems.Of(EvidenceErrors.NotYoursToVerify());
    }

    private Results<Ok<VerificationRun>, NotFound> Look() =>
        verification.Run is { } run ? TypedResults.Ok(run) : TypedResults.NotFound();

    private Ok<ApiList<NodeBalance>> Reconcile(string? system) => TypedResults.Ok(new ApiList<NodeBalance>(
        [.. balances().Where(balance => system is null || balance.System == system)]));
}

/// <summary>Every no of this folder, with its stable code.</summary>
public static class EvidenceErrors
{
    /// <summary>A verification reads the whole log: not everybody may set one off.</summary>
    public static GovernanceFault NotYoursToVerify() => new(FaultKind.Forbidden, "provost.ledger.verification",
        "The log is verified here by compliance or a platform administrator.",
        "With a copy of the trust file anybody can: provost ledger verify.");
}
