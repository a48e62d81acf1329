using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Evaluations;

/// <summary>
/// The predicate of an in-toto test result (https://in-toto.io/attestation/test-result/v0.1): <c>result</c>,
/// <c>configuration</c> and <c>failedTests</c> are that specification's, <c>run</c> is this product's own.
/// </summary>
public sealed record TestResultPredicate
{
    /// <summary>The predicate type of the statement.</summary>
    public const string Type = "https://in-toto.io/attestation/test-result/v0.1";

    /// <summary>Every minimum is reached.</summary>
    public const string Passed = "PASSED";

    /// <summary>A minimum is not.</summary>
    public const string Failed = "FAILED";

    public required string Result { get; init; }

    /// <summary>The evaluation set.</summary>
    public required IReadOnlyList<TestConfiguration> Configuration { get; init; }

    /// <summary>Ids of the cases that fail.</summary>
    public required IReadOnlyList<string> FailedTests { get; init; }

    public required TestRun Run { get; init; }
}

/// <summary>A resource descriptor: the set's path in the release, and its SHA-256 in hex.</summary>
public sealed record TestConfiguration(string Name, SubjectDigest Digest);

/// <summary>How the result came about.</summary>
/// <param name="Rehearsal">The entry that opened the lane has it; its calls are drills of that environment.</param>
/// <param name="Shortfalls">What is short of its minimum, in words.</param>
/// <param name="Judge">The model that gave the measure <c>judged</c>; null where all are deterministic.</param>
public sealed record TestRun(
    string Org, string System, Guid Rehearsal, DateTimeOffset Began, DateTimeOffset Ended, int Cases,
    IReadOnlyList<MeasureFact> Measures, IReadOnlyList<string> Shortfalls, TestJudge? Judge = null);

/// <summary>A model that judged answers.</summary>
/// <param name="Model">As it was requested, and as every answer that counted said.</param>
/// <param name="Prompt">Digest of what it was told.</param>
public sealed record TestJudge(string Provider, string Model, string Prompt);

/// <summary>A measure as a statement holds it: decimals are texts there.</summary>
/// <param name="Minimum">What the release asks; null for nothing.</param>
public sealed record MeasureFact(string Name, string? Value, int N, string? Low, string? High, string? Minimum)
{
    public static MeasureFact Of(Measure measure, IReadOnlyDictionary<string, decimal> minimum) => new(
        measure.Name, Text(measure.Value), measure.N, Text(measure.Low), Text(measure.High),
        minimum.TryGetValue(measure.Name, out var least) ? Text(least) : null);

    private static string? Text(decimal? value) => value?.ToString("0.####", CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes the statement.</summary>
internal static class TestResult
{
    public static byte[] Payload(TestResultPredicate predicate, string release) => SignedStatement.Payload(
        new Statement<TestResultPredicate>
        {
            Subject = [new(StatementSubject.Release, new(release["sha256:".Length..]))],
            PredicateType = TestResultPredicate.Type,
            Predicate = predicate,
        },
        EvaluationJson.Default.StatementTestResultPredicate);

    public static Answer<SignedStatement<TestResultPredicate>> Read(JsonElement? statement) => SignedStatement.Read(
        statement, TestResultPredicate.Type, EvaluationJson.Default.StatementTestResultPredicate);
}

/// <summary>The statement's JSON, as strict as every other statement's.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(Statement<TestResultPredicate>))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
