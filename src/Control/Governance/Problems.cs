using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Provost.Control.Governance;

/// <summary>Refusals as problem+json: <c>code</c>, <c>detail</c>, <c>remedy</c> and <c>errors[]</c>.</summary>
public static class Problems
{
    /// <summary>The status a fault answers with.</summary>
    public static int StatusOf(FaultKind kind) => kind switch
    {
        FaultKind.Invalid => StatusCodes.Status400BadRequest,
        FaultKind.Unauthenticated => StatusCodes.Status401Unauthorized,
        FaultKind.Forbidden => StatusCodes.Status403Forbidden,
        FaultKind.NotFound => StatusCodes.Status404NotFound,
        FaultKind.Conflict => StatusCodes.Status409Conflict,
        FaultKind.TooMany => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status503ServiceUnavailable,
    };

    /// <summary>The answer of a refusal; without details of its own the fault itself is the one error.</summary>
    public static ProblemHttpResult Of(GovernanceFault fault, params (string Name, object? Value)[] extensions)
    {
        var members = new Dictionary<string, object?>
        {
            ["code"] = fault.Code,
            ["remedy"] = fault.Remedy,
            ["errors"] = fault.Details.Count > 0 ? fault.Details : [new FaultDetail("", fault.Message, fault.Remedy)],
        };
        foreach (var (name, value) in extensions)
            members[name] = value;

        return TypedResults.Problem(
            fault.Message, statusCode: StatusOf(fault.Kind), title: "Refused", type: "about:blank",
            extensions: members);
    }

    /// <summary>200 with the value, or the refusal.</summary>
    public static Results<Ok<T>, ProblemHttpResult> Answer<T>(Answer<T> answer) =>
        answer.Fault is { } fault ? Of(fault) : TypedResults.Ok(answer.Value);
}
