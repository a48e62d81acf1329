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
        // Hashing whole texts is done once a shape, not once a row.
        var shapes = new Dictionary<Said, Shape>();
        foreach (var row in rows)
        {
            if (row is not { Release: not null, System: not null, Environment: not null })
                continue;

            var said = new Said(row);
            if (!shapes.TryGetValue(said, out var shape))
                shapes.Add(said, shape = new Shape(row));
            shape.Count(row);
        }

        var minutes = new Dictionary<Key, long>();
        var gaps = new Dictionary<Key, (long Count, Guid Decision)>();
        foreach (var shape in shapes.Values)
        {
            foreach (var (ticks, count) in shape.Minutes)
            {
                var at = shape.Key with { At = new DateTime(ticks, DateTimeKind.Utc) };
                minutes[at] = minutes.GetValueOrDefault(at) + count;
                foreach (var (guardrail, state) in shape.States)
                {
                    var of = at with { Guardrail = guardrail, State = state };
                    minutes[of] = minutes.GetValueOrDefault(of) + count;
                }
            }

            foreach (var (ticks, (count, decision)) in shape.Seconds)
            {
                var at = shape.Key with { At = new DateTime(ticks, DateTimeKind.Utc) };
                foreach (var (guardrail, state) in shape.States.Where(of => of.State is not (Looked or OnTrial)))
                {
                    var of = at with { Guardrail = guardrail, State = state };
                    var before = gaps.GetValueOrDefault(of, (0, decision));
                    gaps[of] = (before.Count + count, before.Decision);
                }
            }
        }

        return (minutes, gaps);
    }

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

    /// <summary>What rows have in common: texts that recur lie in one place and are compared by it.</summary>
    private readonly struct Said(DecisionRow row) : IEquatable<Said>
    {
        private readonly DecisionRow _row = row;

        public bool Equals(Said other) => ReferenceEquals(_row.System, other._row.System)
            && ReferenceEquals(_row.Environment, other._row.Environment)
            && ReferenceEquals(_row.Release, other._row.Release)
            && ReferenceEquals(_row.Ran, other._row.Ran)
            && _row.Exceptions == other._row.Exceptions;

        public override bool Equals(object? obj) => obj is Said other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(
            RuntimeHelpers.GetHashCode(_row.System), RuntimeHelpers.GetHashCode(_row.Environment),
            RuntimeHelpers.GetHashCode(_row.Release), RuntimeHelpers.GetHashCode(_row.Ran), _row.Exceptions);
    }

    /// <summary>Rows that say the same, by minute, and by second where some guardrail did not look.</summary>
    private sealed class Shape(DecisionRow row)
    {
        private readonly bool _hasGap = StatesOf(row.Ran, row.Exceptions)
            .Exists(of => of.State is not (Looked or OnTrial));

        public Key Key { get; } = new(
            default, DecisionColumns.Clean(row.System!), DecisionColumns.Clean(row.Environment!),
            DecisionColumns.Clean(row.Release!), "", "");

        public List<(string Guardrail, string State)> States { get; } = StatesOf(row.Ran, row.Exceptions);

        public Dictionary<long, long> Minutes { get; } = [];

        public Dictionary<long, (long Count, Guid Decision)> Seconds { get; } = [];

        public void Count(DecisionRow of)
        {
            var minute = Floor(of.Time, TimeSpan.TicksPerMinute);
            Minutes[minute] = Minutes.GetValueOrDefault(minute) + 1;
            if (!_hasGap)
                return;

            var second = Floor(of.Time, TimeSpan.TicksPerSecond);
            var before = Seconds.GetValueOrDefault(second, (0, of.Id));
            Seconds[second] = (before.Count + 1, before.Decision);
        }

        private static long Floor(DateTimeOffset time, long ticks) => time.UtcTicks - (time.UtcTicks % ticks);
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
