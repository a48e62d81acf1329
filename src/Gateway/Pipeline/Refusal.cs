using Microsoft.AspNetCore.Http;
using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Pipeline;

/// <summary>Why a call is not served, as the caller is told: a stable code, what to do next, whom to ask.</summary>
/// <param name="Code"><c>provost.…</c></param>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">For the caller; names nothing that only the owner may know.</param>
internal sealed record Refusal(string Code, int Status, string Message)
{
    /// <summary>Whether the same call may succeed when it is sent again.</summary>
    public bool ShouldRetry => Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status502BadGateway;

    public static Refusal UnknownKey { get; } = new(
        "provost.unknown_key", StatusCodes.Status401Unauthorized,
        "This gateway does not know the key. Ask your platform team for a key of your system.");

    public static Refusal UnknownRoute { get; } = new(
        "provost.unknown_route", StatusCodes.Status404NotFound, "This gateway serves nothing at this path.");

    public static Refusal TooLarge { get; } = new(
        "provost.too_large", StatusCodes.Status413PayloadTooLarge, "The body is larger than 10 MiB.");

    public static Refusal RecordUnavailable { get; } = new(
        "provost.record_unavailable", StatusCodes.Status503ServiceUnavailable,
        "The call could not be recorded, so it is not answered.");

    public static Refusal Internal { get; } = new(
        "provost.internal", StatusCodes.Status500InternalServerError, "The gateway failed on this call.");

    public static Refusal NotReady { get; } = new(
        "provost.snapshot_expired", StatusCodes.Status503ServiceUnavailable,
        "The gateway has no snapshot in force yet. Try again once it is ready.");

    public static Refusal UpstreamTimeout { get; } = new(
        "provost.upstream_timeout", StatusCodes.Status504GatewayTimeout, "The upstream did not answer in time.");

    public static Refusal BadRequest(string path, string message) => new(
        "provost.bad_request", StatusCodes.Status400BadRequest, path.Length == 0 ? message : $"{path}: {message}");

    public static Refusal Expired(CompiledSystem system) => new(
        "provost.snapshot_expired", StatusCodes.Status503ServiceUnavailable,
        $"The gateway has not heard from its control plane for too long to serve {system.Name}: ask {system.AskWhom}.");

    public static Refusal NoWarrant(CompiledSystem system) => Forbidden(
        "provost.no_warrant",
        $"No warrant is in force for {system.Name} in {system.Environment}. "
        + $"A release must be submitted and approved first: ask {system.AskWhom}.");

    public static Refusal AdoptionOver(CompiledSystem system, DateTimeOffset end) => Forbidden(
        "provost.adoption_over",
        $"The adoption of {system.Name} in {system.Environment} ended at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC and no "
        + $"warrant is in force. A release must be submitted and approved: ask {system.AskWhom}.");

    public static Refusal CompositionChanged(CompiledSystem system, string where) => Forbidden(
        "provost.composition_changed",
        $"This call is not what was approved for {system.Name}: {where} differs from the warranted release. "
        + $"Send the approved composition, or have the changed one approved: ask {system.AskWhom}.");

    public static Refusal ChainNotCalled(CompiledSystem system) => Forbidden(
        "provost.kind.chain",
        $"{system.Name} is a chain: calls go to its components, each with a key of its own. Ask {system.AskWhom}.");

    public static Refusal VendorShutdown(CompiledSystem system, string model) => Forbidden(
        "provost.vendor.shutdown",
        $"The provider has ended {model}, which {system.Name} was approved with. "
        + $"A release with another model must be approved: ask {system.AskWhom}.");

    public static Refusal Paused(CompiledSystem system) => Forbidden(
        "provost.paused",
        $"{system.Name} is paused in {system.Environment} until an owner resumes it: ask {system.AskWhom}.");

    public static Refusal Killed(CompiledSystem system) => Forbidden(
        "provost.killed",
        $"{system.Name} is stopped in {system.Environment} until an owner resumes it: ask {system.AskWhom}.");

    public static Refusal DataClass(CompiledSystem system) => Forbidden(
        "provost.data_class", $"{system.Name} is not approved for data of this class: ask {system.AskWhom}.");

    public static Refusal Guardrail(CompiledSystem system, string id) => Forbidden(
        $"provost.guardrail.{id}",
        $"The guardrail {id} of {system.Name} does not let this pass. "
        + $"Leave out what it guards, or ask {system.AskWhom}.");

    public static Refusal Rate(string cap) => new(
        "provost.rate", StatusCodes.Status429TooManyRequests,
        $"The key is above its cap on {cap}. Slow down and try again.");

    public static Refusal Budget { get; } = new(
        "provost.budget", StatusCodes.Status429TooManyRequests,
        "The key has spent what it may spend today. Ask your platform team for a higher cap.");

    public static Refusal Experiment(CompiledSystem system) => new(
        "provost.experimental.calls", StatusCodes.Status429TooManyRequests,
        $"{system.Name} is an experiment and has answered as often today as one may. Try again tomorrow (UTC).");

    public static Refusal Upstream(string message) => new(
        "provost.upstream", StatusCodes.Status502BadGateway, message);

    private static Refusal Forbidden(string code, string message) =>
        new(code, StatusCodes.Status403Forbidden, message);
}
