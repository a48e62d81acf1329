using System.Security.Cryptography;
using System.Text;
using Provost.Control.Decisions;

namespace Provost.Bench.Decisions;

/// <summary>Decisions as a company of a dozen governed systems would have them: few systems, cohorts and releases
/// carry most of the calls, days have a noon and a night, releases follow one another. The same seed gives
/// the same rows, but for the random half of their ids.</summary>
internal sealed class PlausibleDecisions(int seed, DateTimeOffset end, int days)
{
    private static readonly string[] Systems =
    [
        "refund-assistant", "claims-triage", "credit-scoring", "support-summary", "fraud-scoring", "hr-screening",
        "contract-review", "order-desk", "pricing", "knowledge-search", "translation", "meeting-notes",
    ];

    private static readonly string[] Regions = ["eu", "us", "uk", "apac", "latam", "africa"];
    private static readonly string[] Segments = ["retail", "business", "premium", "partner"];
    private static readonly string[] Ages = ["25-34", "35-44", "18-24", "45-54", "55-64", "65+"];
    private static readonly string[] Guards = ["pii", "secrets"];

    private const string Found =
        """[{"count":1,"id":"pii.card","mode":"enforced","score":null,"surface":"output","verdict":"redact"}]""";

    private static readonly string[] Codes =
    [
        "provost.guardrail.pii", "provost.composition_changed", "provost.rate", "provost.guardrail.secrets",
        "provost.upstream", "provost.data_class",
    ];

    /// <summary>How many of all decisions fall on a day, before the last takes what is left: weekends have a
    /// third.</summary>
    public int RowsOn(int day, long rows)
    {
        var weights = Enumerable.Range(0, days).Select(WeightOf).ToArray();
        return (int)(rows * weights[day] / weights.Sum());
    }

    /// <summary>Midnight at which a day begins.</summary>
    public DateTimeOffset Begin(int day) => end.AddDays(day - days);

    /// <summary>The rows of a day, in the order of time.</summary>
    public IEnumerable<DecisionRow> Day(int day, int rows, long firstLeaf)
    {
        var random = new Random(seed * 1000 + day);
        var instants = Enumerable.Range(0, rows).Select(_ => Instant(random)).Order().ToArray();
        for (var i = 0; i < rows; i++)
            yield return Row(random, Begin(day) + instants[i], day, firstLeaf + i);
    }

    private double WeightOf(int day) => Begin(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0.33 : 1;

    /// <summary>Most calls come around two in the afternoon.</summary>
    private static TimeSpan Instant(Random random)
    {
        var hours = random.NextDouble() < 0.2
            ? random.NextDouble() * 24
            : 14 + 3.5 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
        return TimeSpan.FromMicroseconds((long)(Math.Clamp(hours, 0, 23.999999) * 3_600_000_000));
    }

    private DecisionRow Row(Random random, DateTimeOffset time, int day, long leaf)
    {
        var system = Skewed(random, Systems.Length);
        var isModel = Systems[system].EndsWith("scoring", StringComparison.Ordinal);
        var outcome = Outcome(random);
        var version = Math.Min(3, (day * 4 + system) / days); // four releases, each system changes on another day
        var code = outcome == "blocked" ? Codes[Skewed(random, Codes.Length)] : null;
        var passed = code is null || code.StartsWith("provost.guardrail", StringComparison.Ordinal);
        var total = (long)Math.Exp(13 + 0.7 * (random.NextDouble() + random.NextDouble() - 1));
        var isWide = random.NextDouble() < 0.9;
        return new DecisionRow
        {
            LeafIndex = leaf,
            LeafHash = RandomBytes(random, 32),
            Id = Guid.CreateVersion7(time),
            Time = time,
            Stream = "sys:" + Systems[system],
            Seq = leaf,
            System = Systems[system],
            Environment = random.NextDouble() < 0.96 ? "production" : "staging",
            Release = Digest(system, version),
            Warrant = new Guid(Named($"warrant {system} {version}")).ToString(),
            Outcome = outcome,
            Ended = outcome == "blocked" ? "complete" : random.NextDouble() < 0.985 ? "complete" : "aborted_client",
            Code = code,
            Route = isModel ? "/v2/models/{name}/infer" : "/v1/chat/completions",
            CallerKey = $"KEY{system:D2}{Skewed(random, 3):D5}",
            Subject = isWide ? Convert.ToBase64String(Named($"subject {Skewed(random, 2_000_000)}")) : null,
            Cohort = isWide
                ? [
                    "age=" + Ages[Skewed(random, Ages.Length)], "region=" + Regions[Skewed(random, Regions.Length)],
                    "segment=" + Segments[Skewed(random, Segments.Length)],
                ]
                : [],
            DataClass = random.NextDouble() < 0.7 ? "customer" : "public",
            ModelRequested = isModel ? Systems[system] : system % 2 == 0 ? "gpt-5.2" : "sonnet-5",
            ModelServed = !passed ? null : isModel ? $"{version + 1}.0" : system % 2 == 0
                ? "gpt-5.2-2026-09-01" : "sonnet-5-20260815",
            Status = code is null ? 200 : 403,
            TotalUs = total,
            UpstreamUs = passed ? total - 900 : null,
            FirstByteUs = passed ? total / 3 : null,
            TokensIn = isModel ? null : 200 + random.Next(1800),
            TokensOut = isModel ? null : random.Next(600),
            Drill = random.NextDouble() < 0.001,
            Exceptions = outcome == "redacted" || (code is not null && passed) ? Found : null,
            Ran = passed ? Guards : [],
            Trace = random.NextDouble() < 0.5 ? Convert.ToHexStringLower(RandomBytes(random, 16)) : null,
            Score = isModel ? $"0.{random.Next(1000):D3}" : null,
        };
    }

    private static string Outcome(Random random) => random.NextDouble() switch
    {
        < 0.93 => "allowed",
        < 0.96 => "redacted",
        < 0.985 => "blocked",
        < 0.995 => "fallback",
        _ => "held",
    };

    /// <summary>A number below a bound; the first is the most frequent, each next about as rare as its rank.</summary>
    private static int Skewed(Random random, int below) =>
        Math.Min(below - 1, (int)Math.Pow(below + 1, random.NextDouble()) - 1);

    private static byte[] RandomBytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Digest(int system, int version) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"release {system} {version}")));

    /// <summary>Sixteen bytes that a name stands for.</summary>
    private static byte[] Named(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
}
