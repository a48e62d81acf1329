using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>
/// What each guardrail did, by minute, and the seconds in which one did not look: kept in the transaction that writes
/// the rows, so that proof of enforcement over weeks reads minutes.
/// </summary>
/// <remarks>Calls that were compared with no release are not counted: no guardrail was owed to them.</remarks>
internal static class GuardrailCounts
{
    /// <summary>States in which a guardrail looked; all others are a mode and a reason.</summary>
    public const string Looked = "looked";

    public const string OnTrial = "shadow";

    private const string ShadowEnding = ":shadow";

    /// <summary>Adds a batch's rows.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, IReadOnlyList<DecisionRow> rows, CancellationToken cancellationToken)
    {
        var (minutes, gaps) = Count(rows);
        if (minutes.Count == 0)
            return;

        // In the key's order: two writers lock the same rows in the same order.
        await using (var command = new NpgsqlCommand("""
            INSERT INTO guardrail_minute AS known
                (minute, system, environment, release, guardrail, state, count)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (system, environment, minute, release, guardrail, state)
            DO UPDATE SET count = known.count + excluded.count
            """, connection))
        {
            AddKeys(command, [.. minutes.Keys.Order()], key => minutes[key]);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (gaps.Count == 0)
            return;

        await using var seconds = new NpgsqlCommand("""
            INSERT INTO guardrail_gap AS known
                (second, system, environment, release, guardrail, state, count, decision)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (system, environment, second, release, guardrail, state)
            DO UPDATE SET count = known.count + excluded.count
            """, connection);
        var keys = gaps.Keys.Order().ToArray();
        AddKeys(seconds, keys, key => gaps[key].Count);
        seconds.Parameters.Add(
            new NpgsqlParameter<Guid[]> { TypedValue = [.. keys.Select(key => gaps[key].Decision)] });
        await seconds.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>What every guardrail that the row names did, as <c>output:pii</c> and a state.</summary>
    /// <param name="ran">Without a direction it does not say what was looked at, and proves nothing.</param>
    /// <param name="exceptions">Results as recorded: a JSON array.</param>
    internal static List<(string Guardrail, string State)> StatesOf(IReadOnlyList<string> ran, string? exceptions)
    {
        var states = new List<(string, string)>();
        foreach (var text in ran.Where(text => text.Contains(':', StringComparison.Ordinal)))
        {
            var isOnTrial = text.EndsWith(ShadowEnding, StringComparison.Ordinal);
            states.Add((isOnTrial ? text[..^ShadowEnding.Length] : text, isOnTrial ? OnTrial : Looked));
        }

        if (exceptions is null)
            return states;

        using var results = JsonDocument.Parse(exceptions);
        foreach (var result in results.RootElement.EnumerateArray())
        {
            // Only of a guardrail that did not look there is a reason.
            if (Text(result, "reason") is { } reason)
                states.Add(($"{Text(result, "surface")}:{Text(result, "id")}", $"{Text(result, "mode")}:{reason}"));
        }

        return states;
    }

    private static string? Text(JsonElement result, string name) =>
        result.ValueKind == JsonValueKind.Object && result.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? DecisionColumns.Clean(value.GetString()!)
            : null;

    private static (Dictionary<Key, long> Minutes, Dictionary<Key, (long Count, Guid Decision)> Gaps) Count(
        IReadOnlyList<DecisionRow> rows)
    {
        var minutes = new Dictionary<Key, long>();
        var gaps = new Dictionary<Key, (long Count, Guid Decision)>();
        var known = new Dictionary<(int, string?), List<(string Guardrail, string State)>>();
        foreach (var row in rows)
        {
            if (row is not { Release: { } release, System: { } system, Environment: { } environment })
                continue;

            // Lists of what ran lie in one place where they say the same.
            var said = (RuntimeHelpers.GetHashCode(row.Ran), row.Exceptions);
            if (!known.TryGetValue(said, out var states))
                known.Add(said, states = StatesOf(row.Ran, row.Exceptions));

            var at = new Key(
                Floor(row.Time, TimeSpan.TicksPerMinute), DecisionColumns.Clean(system),
                DecisionColumns.Clean(environment), DecisionColumns.Clean(release), "", "");
            Add(minutes, at);
            foreach (var (guardrail, state) in states)
            {
                Add(minutes, at with { Guardrail = guardrail, State = state });
                if (state is Looked or OnTrial)
                    continue;

                var second = at with
                {
                    At = Floor(row.Time, TimeSpan.TicksPerSecond),
                    Guardrail = guardrail,
                    State = state,
                };
                var before = gaps.GetValueOrDefault(second, (0, row.Id));
                gaps[second] = (before.Count + 1, before.Decision);
            }
        }

        return (minutes, gaps);
    }

    private static void Add(Dictionary<Key, long> counts, Key key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private static DateTime Floor(DateTimeOffset time, long ticks) =>
        new(time.UtcTicks - (time.UtcTicks % ticks), DateTimeKind.Utc);

    private static void AddKeys(NpgsqlCommand command, Key[] keys, Func<Key, long> count)
    {
        Add(keys.Select(key => key.At));
        Add(keys.Select(key => key.System));
        Add(keys.Select(key => key.Environment));
        Add(keys.Select(key => key.Release));
        Add(keys.Select(key => key.Guardrail));
        Add(keys.Select(key => key.State));
        Add(keys.Select(count));

        void Add<T>(IEnumerable<T> values) =>
            command.Parameters.Add(new NpgsqlParameter<T[]> { TypedValue = [.. values] });
    }

    /// <param name="At">Begin of the minute or second, UTC.</param>
    private readonly record struct Key(
        DateTime At, string System, string Environment, string Release, string Guardrail, string State)
        : IComparable<Key>
    {
        public int CompareTo(Key other)
        {
            var order = string.CompareOrdinal(System, other.System);
            order = order != 0 ? order : string.CompareOrdinal(Environment, other.Environment);
            order = order != 0 ? order : At.CompareTo(other.At);
            order = order != 0 ? order : string.CompareOrdinal(Release, other.Release);
            order = order != 0 ? order : string.CompareOrdinal(Guardrail, other.Guardrail);
            return order != 0 ? order : string.CompareOrdinal(State, other.State);
        }
    }
}
