using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Control.Gate;

/// <summary>
/// A request of Kubernetes' validating admission, as far as it concerns releases. Form: AdmissionReview of
/// <c>admission.k8s.io/v1</c>, "Dynamic Admission Control" in the Kubernetes documentation.
/// A workload names the releases that it runs in the annotation <c>provost.dev/release</c> of its pods (digests,
/// separated by commas) and where it runs in <c>provost.dev/environment</c>.
/// </summary>
/// <param name="Uid">To be given back.</param>
/// <param name="Subject">What is to be admitted, in words.</param>
/// <param name="AsksNothing">A deletion or a connection: nothing begins to run.</param>
/// <param name="Releases">Digests as written; empty when none is named.</param>
/// <param name="Environment">As written; null when the workload names none.</param>
internal sealed record AdmissionReview(
    string Uid, string Subject, bool AsksNothing, IReadOnlyList<string> Releases, string? Environment)
{
    public const string ApiVersion = "admission.k8s.io/v1";
    public const string Kind = "AdmissionReview";
    public const string ReleaseAnnotation = "provost.dev/release";
    public const string EnvironmentAnnotation = "provost.dev/environment";

    /// <summary>Kubernetes keeps objects below 1.5 MiB; an update carries two of them.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>More than any pod serves; each is looked up.</summary>
    public const int MaxReleases = 32;

    private const int MaxUid = 128;

    /// <summary>Reads a review; throws <see cref="FormatException"/> naming the member that is wrong.</summary>
    public static AdmissionReview Read(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
        }
        catch (JsonException broken)
        {
            throw new FormatException($"The body is not JSON: {broken.Message}", broken);
        }

        using (document)
        {
            try
            {
                return Read(document.RootElement);
            }
            catch (InvalidOperationException broken)
            {
                // Text is decoded when it is asked for: bytes that are no UTF-8, half of a surrogate pair.
                throw new FormatException($"A text of the review is not Unicode: {broken.Message}", broken);
            }
        }
    }

    private static AdmissionReview Read(JsonElement root)
    {
        if (Text(root, "apiVersion") != ApiVersion || Text(root, "kind") != Kind)
            throw new FormatException($"apiVersion and kind must be {ApiVersion} {Kind}.");

        var request = Member(root, "request");
        var uid = Text(request, "uid");
        if (uid is not { Length: > 0 and <= MaxUid })
            throw new FormatException("request.uid is missing or too long.");

        var subject = $"{Text(Member(request, "kind"), "kind") ?? "object"} "
            + $"{Text(request, "namespace") ?? "-"}/{Text(request, "name") ?? "(unnamed)"}";
        if (Text(request, "operation") is "DELETE" or "CONNECT")
            return new AdmissionReview(uid, subject, true, [], null);

        var body = Member(request, "object");
        var metadata = Pods(body, Text(Member(request, "kind"), "kind"));
        var annotations = Member(metadata, "annotations");
        return new AdmissionReview(
            uid, subject, false,
            [.. (Text(annotations, ReleaseAnnotation) ?? "").Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
            Text(annotations, EnvironmentAnnotation));
    }

    /// <summary>The metadata of the pods that a workload makes; of any other object its own.</summary>
    private static JsonElement Pods(JsonElement body, string? kind)
    {
        var spec = Member(body, "spec");
        return kind switch
        {
            "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet" or "ReplicationController" or "Job" =>
                Member(Member(spec, "template"), "metadata"),
            "CronJob" => Member(Member(Member(Member(spec, "jobTemplate"), "spec"), "template"), "metadata"),
            _ => Member(body, "metadata"),
        };
    }

    /// <summary>A member, or an undefined element where there is none.</summary>
    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>What is wrong with what the workload says of itself; null when it can be looked up.</summary>
    /// <param name="pinned">The environment that this webhook stands for; null when the workload says it.</param>
    public string? Fault(string? pinned)
    {
        if (Releases.Count == 0)
        {
            return $"{Subject} names no release. Set the annotation {ReleaseAnnotation} of its pods to the release's "
                + "digest; provost plan --offline prints it.";
        }

        if (Releases.Count > MaxReleases)
            return $"{Subject} names {Releases.Count} releases; at most {MaxReleases} are looked up.";

        if (Releases.FirstOrDefault(r => !Digest.IsWellFormed(r)) is { } bad)
        {
            var shown = bad.Length > 80 ? bad[..80] + "…" : bad;
            return $"'{shown}' in {ReleaseAnnotation} is no digest; write sha256: and 64 lower-case hexadecimal "
                + "digits.";
        }

        if (pinned is not null && Environment is not null && Environment != pinned)
        {
            return $"{Subject} says {EnvironmentAnnotation}: {Environment}, and this cluster's webhook stands for "
                + $"{pinned}.";
        }

        return pinned is null && Environment is null
            ? $"Nothing says which environment this is: set the annotation {EnvironmentAnnotation}, or "
                + "?environment= in the webhook's address."
            : null;
    }
}
