namespace Provost.Ledger.Records;

/// <summary>How a call ended for the one who made it.</summary>
public enum Outcome
{
    Allowed,
    Redacted,
    Blocked,
    Held,
    Fallback,
}

/// <summary>How the exchange itself ended.</summary>
public enum Ended
{
    Complete,
    AbortedClient,
    AbortedUpstream,
    Cut,
    Unknown,
}

/// <summary>How much of a payload is kept: all, the redacted text, or only its commitment.</summary>
public enum Capture
{
    Full,
    Redacted,
    Digest,
}

/// <summary>Who says what class of data a call carries.</summary>
public enum DataClassSource
{
    Asserted,
    Derived,
    Verified,
}

/// <summary>One of the five facts of a call.</summary>
public enum Fact
{
    NotApplicable,
    Pass,
    Fail,
}

/// <summary>Which payload of a record a sealed part is.</summary>
public enum PayloadField : byte
{
    Input = 1,
    Output = 2,
    Features = 3,
    Source = 4,
    Reason = 5,
}

/// <summary>
/// What the log says of a payload: an HMAC-SHA-256 under a random 32-byte salt that is sealed with the payload, its
/// length in bytes, its media type and how much of it is kept.
/// </summary>
/// <param name="Hmac">Base64.</param>
public readonly record struct Commitment(string Hmac, int Length, string Media, Capture Capture);

/// <param name="Source">Who says so.</param>
/// <param name="Value">For example <c>public</c>, <c>customer</c>; null when unknown.</param>
public readonly record struct DataClass(string? Value, DataClassSource Source);

/// <summary>The five facts evaluated for each call.</summary>
public readonly record struct Facts(Fact Version, Fact DataClass, Fact Thresholds, Fact Consumer, Fact Retention);

/// <summary>Tokens, as the upstream counted them.</summary>
public readonly record struct Usage(long In, long Out);

/// <summary>Durations in microseconds; null where the moment never came.</summary>
public readonly record struct Timing(long Total, long? Upstream, long? FirstByte);

/// <summary>
/// A guardrail that found something, or that did not look; all others looked and found nothing (decision 8).
/// </summary>
/// <param name="Id">
/// Guardrail and rule, as <c>pii.card</c>; of one that did not look the guardrail, as <c>pii</c>.
/// </param>
/// <param name="Surface">
/// input, output, tool_call, tool_result, retrieval, and what of them; of one that did not look its direction.
/// </param>
/// <param name="Mode">enforced, shadow, skipped or failed.</param>
/// <param name="Verdict">allow, flag, redact, fallback, block; null of one that was skipped: it gave none.</param>
/// <param name="Count">Findings; 0 of one that did not look.</param>
/// <param name="Score">Decimal string, null where the guardrail gives none.</param>
/// <param name="Reason">
/// Why it did not look, null of one that did: refused, input_blocked, fallback, no_answer or unreadable of one that was
/// skipped; fault or unchecked of one that failed.
/// </param>
public sealed record GuardrailException(
    string Id, string Surface, string Mode, string? Verdict, int Count, string? Score = null, string? Reason = null);

/// <summary>What the guardrails of a call did.</summary>
/// <param name="Set">Digest of the set that was in force, null when none was bound.</param>
/// <param name="Ran">
/// What looked, in order: direction and guardrail, as <c>input:pii</c>; <c>output:pii:shadow</c> where its findings are
/// only counted.
/// </param>
public sealed record GuardrailReport(
    string? Set, IReadOnlyList<string> Ran, IReadOnlyList<GuardrailException> Exceptions)
{
    public static readonly GuardrailReport None = new(null, [], []);
}

/// <summary>The words of the vocabulary as the log writes them.</summary>
public static class Words
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Allowed => "allowed",
        Outcome.Redacted => "redacted",
        Outcome.Blocked => "blocked",
        Outcome.Held => "held",
        Outcome.Fallback => "fallback",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };

    public static string Of(Ended ended) => ended switch
    {
        Ended.Complete => "complete",
        Ended.AbortedClient => "aborted_client",
        Ended.AbortedUpstream => "aborted_upstream",
        Ended.Cut => "cut",
        Ended.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(ended), ended, null),
    };

    public static string Of(Capture capture) => capture switch
    {
        Capture.Full => "full",
        Capture.Redacted => "redacted",
        Capture.Digest => "digest",
        _ => throw new ArgumentOutOfRangeException(nameof(capture), capture, null),
    };

    public static string Of(DataClassSource source) => source switch
    {
        DataClassSource.Asserted => "asserted",
        DataClassSource.Derived => "derived",
        DataClassSource.Verified => "verified",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };

    public static string Of(Fact fact) => fact switch
    {
        Fact.NotApplicable => "n/a",
        Fact.Pass => "pass",
        Fact.Fail => "fail",
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, null),
    };

    /// <exception cref="FormatException">A word that this edition of the vocabulary does not have.</exception>
    public static Outcome ToOutcome(string word) => word switch
    {
        "allowed" => Outcome.Allowed,
        "redacted" => Outcome.Redacted,
        "blocked" => Outcome.Blocked,
        "held" => Outcome.Held,
        "fallback" => Outcome.Fallback,
        _ => throw new FormatException($"\"{word}\" is no outcome."),
    };

    /// <exception cref="FormatException">A word that this edition of the vocabulary does not have.</exception>
    public static Ended ToEnded(string word) => word switch
    {
        "complete" => Ended.Complete,
        "aborted_client" => Ended.AbortedClient,
        "aborted_upstream" => Ended.AbortedUpstream,
        "cut" => Ended.Cut,
        "unknown" => Ended.Unknown,
        _ => throw new FormatException($"\"{word}\" is no way for an exchange to end."),
    };

    /// <exception cref="FormatException">A word that this edition of the vocabulary does not have.</exception>
    public static Capture ToCapture(string word) => word switch
    {
        "full" => Capture.Full,
        "redacted" => Capture.Redacted,
        "digest" => Capture.Digest,
        _ => throw new FormatException($"\"{word}\" is no capture."),
    };

    /// <exception cref="FormatException">A word that this edition of the vocabulary does not have.</exception>
    public static DataClassSource ToSource(string word) => word switch
    {
        "asserted" => DataClassSource.Asserted,
        "derived" => DataClassSource.Derived,
        "verified" => DataClassSource.Verified,
        _ => throw new FormatException($"\"{word}\" is no source of a data class."),
    };

    /// <exception cref="FormatException">A word that this edition of the vocabulary does not have.</exception>
    public static Fact ToFact(string word) => word switch
    {
        "n/a" => Fact.NotApplicable,
        "pass" => Fact.Pass,
        "fail" => Fact.Fail,
        _ => throw new FormatException($"\"{word}\" is no state of a fact."),
    };
}
