using System.Globalization;
using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>
/// Warrants without approvals: each must be a variant in the envelope of a warrant that persons approved and that
/// stands here, not revoked before; for the same system, terms and tier; no longer and not more a day than the envelope
/// says; every change within its bound; and on a test result of exactly this release that the warrant key signed.
/// </summary>
internal sealed class EnvelopeCheck(TrustFile trust)
{
    private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

    private readonly Dictionary<string, SignedWords> _results = [];
    private readonly HashSet<string> _revoked = [];
    private readonly HashSet<(string Warrant, DateTime Day, long Number)> _numbers = [];

    /// <summary>Variants that stand.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a warrant says that it stands in another's envelope.</summary>
    public static bool IsVariant(SignedWords warrant) => Part(warrant.Predicate, "variant") is not null;

    /// <summary>Learns a test's result or a revocation; every other act is none of this one's business.</summary>
    public void Take(GovernanceAct act)
    {
        if (act.Verb == "warrant_revoked" && GovernanceAct.Text(act.Body, "warrant") is { } revoked)
            _revoked.Add(revoked);

        if (act is { Verb: "rehearsal_ended", IsSigned: true } && act.Envelope is var envelope
            && trust.Warrant.Any(envelope.IsSignedBy))
        {
            _results[Digest.Of(Dsse.Write(envelope))] = GovernanceAct.Words(envelope, TestResult);
        }
    }

    /// <summary>What is wrong with a variant's signed warrant; null when an envelope bears it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="warrant">What it says.</param>
    /// <param name="warrants">Those that were found sound before it.</param>
    public string? Fault(string id, SignedWords warrant, IReadOnlyDictionary<string, SignedWords> warrants)
    {
        var variant = GovernanceAct.Member(warrant.Predicate, "variant");
        var named = GovernanceAct.Text(variant, "warrant") ?? "";
        if (!warrants.TryGetValue(named, out var origin) || IsVariant(origin)
            || Part(origin.Predicate, "envelope") is not { } envelope)
        {
            return $"warrant {id} is a variant of warrant {named}, which has no envelope here";
        }

        if (_revoked.Contains(named))
            return $"warrant {id} was issued after warrant {named} had been revoked";

        if (!IsSame(warrant, origin, variant))
            return $"warrant {id} is for something else than warrant {named}, whose variant it is";

        if (Times(warrant, origin, variant, envelope, named) is { } times)
            return $"warrant {id} {times}";

        foreach (var change in GovernanceAct.Member(variant, "changes").EnumerateArray())
        {
            if (!IsWithin(change, GovernanceAct.Member(envelope, "vary")))
                return $"warrant {id} lets {GovernanceAct.Text(change, "part")} vary outside its bound";
        }

        if (Unproven(warrant, variant, envelope) is { } unproven)
            return $"warrant {id} {unproven}";

        Count++;
        return null;
    }

    private static bool IsSame(SignedWords warrant, SignedWords origin, JsonElement variant) =>
        new[] { "org", "environment", "system", "terms", "purpose", "population", "tier" }
            .All(name => warrant.Say(name) is { } said && said == origin.Say(name))
        && GovernanceAct.Text(variant, "origin") == origin.Say("release")
        && warrant.Say("release") != origin.Say("release") && Part(warrant.Predicate, "envelope") is null
        && GovernanceAct.Member(warrant.Predicate, "approvals").GetArrayLength() == 0;

    private string? Times(
        SignedWords warrant, SignedWords origin, JsonElement variant, JsonElement envelope, string named)
    {
        var (from, until) = (Instant(warrant, "notBefore"), Instant(warrant, "notAfter"));
        var last = DateTimeOffset.ParseExact(
            GovernanceAct.Text(envelope, "until") ?? "", "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal).AddDays(1);
        if (from < Instant(origin, "notBefore") || until > Instant(origin, "notAfter") || until > last
            || until > from.AddMilliseconds(GovernanceAct.Member(envelope, "lasts").GetInt64()))
        {
            return "lasts longer than its envelope";
        }

        var number = GovernanceAct.Member(variant, "number").GetInt64();
        return number < 1 || number > GovernanceAct.Member(envelope, "perDay").GetInt64()
            || !_numbers.Add((named, from.UtcDateTime.Date, number))
                ? "is more than its envelope allows a day"
                : null;
    }

    private static bool IsWithin(JsonElement change, JsonElement vary)
    {
        var part = GovernanceAct.Text(change, "part")?.Split('.', 2) ?? [];
        using var before = JsonDocument.Parse(GovernanceAct.Text(change, "before") ?? "");
        using var after = JsonDocument.Parse(GovernanceAct.Text(change, "after") ?? "");
        return part switch
        {
            ["parameters", var name] => Part(GovernanceAct.Member(vary, "parameters"), name) is { } range
                && IsWithinRange(after.RootElement, range),
            ["prompts", var file] => GovernanceAct.Member(vary, "prompts").EnumerateArray()
                .Where(p => GovernanceAct.Text(p, "file") == file).ToList() is { Count: > 0 } texts
                && texts.All(p => GovernanceAct.Member(after.RootElement, "length").GetInt64()
                    <= GovernanceAct.Member(p, "max").GetInt64())
                && JsonElement.DeepEquals(
                    GovernanceAct.Member(before.RootElement, "holes"),
                    GovernanceAct.Member(after.RootElement, "holes")),
            ["adapters" or "dataSets", var name] => GovernanceAct.Member(vary, part[0]).EnumerateArray()
                .Any(n => n.GetString() == name),
            ["retrieval" or "retraining"] => GovernanceAct.IsTrue(vary, part[0]),
            _ => false,
        };
    }

    private static bool IsWithinRange(JsonElement value, JsonElement range)
    {
        var (least, greatest) = value.ValueKind == JsonValueKind.Object
            ? (GovernanceAct.Member(value, "min").GetDecimal(), GovernanceAct.Member(value, "max").GetDecimal())
            : (value.GetDecimal(), value.GetDecimal());
        return least <= greatest && least >= Number(range, "min") && greatest <= Number(range, "max");
    }

    private string? Unproven(SignedWords warrant, JsonElement variant, JsonElement envelope)
    {
        if (!_results.TryGetValue(GovernanceAct.Text(variant, "evidence") ?? "", out var result)
            || !result.IsAbout("release.json", warrant.Say("release")) || result.Say("result") != "PASSED")
        {
            return "stands on no passed test of its release that the log records here";
        }

        var measures = GovernanceAct.Member(GovernanceAct.Member(result.Predicate, "run"), "measures");
        foreach (var asked in GovernanceAct.Member(envelope, "minimum").EnumerateObject())
        {
            var found = measures.EnumerateArray().FirstOrDefault(m => GovernanceAct.Text(m, "name") == asked.Name);
            if (GovernanceAct.Text(found, "value") is null
                || Number(found, "value") < decimal.Parse(asked.Value.GetString()!, CultureInfo.InvariantCulture))
            {
                return $"stands on a test that does not reach the {asked.Name} of its envelope";
            }
        }

        return null;
    }

    private static JsonElement? Part(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static decimal Number(JsonElement json, string name) =>
        decimal.Parse(GovernanceAct.Text(json, name) ?? "", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(SignedWords words, string name) =>
        GovernanceAct.Member(words.Predicate, name).GetDateTimeOffset();
}
