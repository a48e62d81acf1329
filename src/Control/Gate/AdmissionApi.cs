using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Provost.Control.Governance;

namespace Provost.Control.Gate;

/// <summary>What Kubernetes reads.</summary>
internal sealed record AdmissionAnswer(string ApiVersion, string Kind, AdmissionVerdict Response);

/// <param name="Status">Only with a refusal.</param>
/// <param name="Warnings">Shown to who asked, also when admitted.</param>
internal sealed record AdmissionVerdict(
    string Uid, bool Allowed, AdmissionStatus? Status, IReadOnlyList<string> Warnings);

internal sealed record AdmissionStatus(int Code, string Reason, string Message);

/// <summary>
/// <c>POST /api/admission</c>: a workload whose releases have no warrant in force is not admitted to the cluster.
/// </summary>
internal static class AdmissionApi
{
    /// <summary>A warrant that ends sooner is warned of.</summary>
    private static readonly TimeSpan EndsSoon = TimeSpan.FromDays(14);

    private const int MaxWorkload = 200;

    /// <param name="environment">What the webhook stands for, so that no workload chooses its own; null leaves it to
    /// the annotation.</param>
    public static async Task<Results<Ok<AdmissionAnswer>, ProblemHttpResult>> ReviewAsync(
        ControlDesks desks, string? environment, HttpContext call, CancellationToken cancellationToken)
    {
        AdmissionReview review;
        try
        {
            review = AdmissionReview.Read(await BodyAsync(call, cancellationToken));
        }
        catch (FormatException broken)
        {
            return Problems.Of(new GovernanceFault(
                FaultKind.Invalid, "provost.admission.malformed", broken.Message,
                $"Send an AdmissionReview of {AdmissionReview.ApiVersion}."));
        }

        var (state, now) = (desks.Log.State, desks.Time.GetUtcNow());
        var verdict = Judge(review, environment, state, now);
        if (!review.AsksNothing
            && await desks.GateBook.WriteAsync(
                ControlApi.Asks(call), Body(review, environment, verdict, state, now), cancellationToken)
                is { } unrecorded)
        {
            return Problems.Of(unrecorded);
        }

        return TypedResults.Ok(new AdmissionAnswer(AdmissionReview.ApiVersion, AdmissionReview.Kind, verdict));
    }

    /// <summary>What is written of a review: of what the cluster sends only what was looked up.</summary>
    private static GateAsked Body(
        AdmissionReview review, string? pinned, AdmissionVerdict verdict, GovernanceState state, DateTimeOffset now)
    {
        var environment = Cut(pinned ?? review.Environment ?? "", GateApi.MaxEnvironment);
        var isAsked = review.Fault(pinned) is null;
        var answers = isAsked
            ? review.Releases.Distinct().Select(d => ReleaseGate.Ask(state, d, environment, now)).ToList()
            : [];
        return new GateAsked
        {
            By = GateAsked.ByAdmission,
            Systems = [.. answers.Select(a => a.System).OfType<string>().Distinct()],
            Environment = environment,
            Releases = [.. answers.Select(a => a.Digest)],
            Workload = Cut(review.Subject, MaxWorkload),
            Admitted = verdict.Allowed,
            Missing = isAsked ? [.. answers.SelectMany(a => a.Missing).Select(m => m.Code).Distinct()] : ["malformed"],
            Unwritten = 0,
        };
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

    internal static AdmissionVerdict Judge(
        AdmissionReview review, string? pinned, GovernanceState state, DateTimeOffset now)
    {
        if (review.AsksNothing)
            return new AdmissionVerdict(review.Uid, true, null, []);

        if (review.Fault(pinned) is { } fault)
            return No(review, fault);

        var answers = review.Releases
            .Select(digest => ReleaseGate.Ask(state, digest, pinned ?? review.Environment!, now))
            .ToList();
        if (answers.Exists(a => !a.Admitted))
            return No(review, Words(answers));

        return new AdmissionVerdict(review.Uid, true, null,
        [
            .. answers.Where(a => a.Warrant!.NotAfter - now < EndsSoon).Select(a =>
                $"The warrant of {a.System}@{a.Version} ends on {a.Warrant!.NotAfter.UtcDateTime:yyyy-MM-dd HH:mm} "
                + "UTC; have it approved again before."),
        ]);
    }

    private static string Words(IEnumerable<GateAnswer> answers)
    {
        var text = new StringBuilder();
        foreach (var finding in answers.SelectMany(a => a.Missing))
            text.Append(finding.Message).Append(' ').Append(finding.Remedy).Append(' ');

        return text.ToString().TrimEnd();
    }

    private static AdmissionVerdict No(AdmissionReview review, string message) =>
        new(review.Uid, false, new AdmissionStatus(StatusCodes.Status403Forbidden, "Forbidden", message), []);

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext call, CancellationToken cancellationToken)
    {
        if (call.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = AdmissionReview.MaxBytes;

        using var bytes = new MemoryStream();
        await call.Request.Body.CopyToAsync(bytes, cancellationToken);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}
