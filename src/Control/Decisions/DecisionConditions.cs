using Npgsql;

namespace Provost.Control.Decisions;

/// <summary>A filter as SQL: fixed texts, every value a parameter.</summary>
internal sealed class DecisionConditions
{
    private readonly List<string> _conditions = [];
    private readonly List<object> _values = [];

    private DecisionConditions()
    {
    }

    /// <summary>Nothing can match (a part of a code that no known code has).</summary>
    public bool IsEmpty { get; private init; }

    /// <summary>Something is asked for that the order by time does not help to find.</summary>
    public bool IsSelective { get; private set; }

    public string Where => _conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", _conditions);

    public static async Task<DecisionConditions> FromAsync(
        DecisionFilter filter, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var conditions = new DecisionConditions();
        if (filter.System is { } system)
            conditions.Add("system = {0}", system);
        if (filter.From is { } from)
            conditions.Add("time >= {0}", from.UtcDateTime);
        if (filter.To is { } to)
            conditions.Add("time < {0}", to.UtcDateTime);
        if (filter.Drill == false)
            conditions.Add("drill = {0}", false);
        var facets = FacetsOf(filter);
        if (facets.Length > 0)
            conditions.AddSelective("facets @> {0}", facets);
        if (!conditions.AddId(filter.IdPrefix))
            return new DecisionConditions { IsEmpty = true };

        if (filter.Code is { Length: > 0 } part)
        {
            // A part of a code becomes the whole codes that hold it: those the index finds.
            var codes = await CodesAsync(part, connection, cancellationToken);
            if (codes.Length == 0)
                return new DecisionConditions { IsEmpty = true };

            conditions.AddSelective("facets && {0}", codes);
        }

        return conditions;
    }

    /// <summary>The same question put to whole days: the window must begin and end at midnight.</summary>
    /// <param name="foldedToo">Asks for the days alone that cannot answer, because groups of theirs that may match were
    /// folded.</param>
    public static DecisionConditions OfDays(DecisionFilter filter, bool foldedToo)
    {
        var conditions = new DecisionConditions();
        conditions.AddIf("day >= {0}", filter.From is { } from ? DateOnly.FromDateTime(from.UtcDateTime) : null);
        conditions.AddIf("day < {0}", filter.To is { } to ? DateOnly.FromDateTime(to.UtcDateTime) : null);
        conditions.AddIf("system = {0}", filter.System);
        conditions.AddIf("environment = {0}", filter.Environment);
        conditions.AddIf("outcome = {0}", filter.Outcome);
        conditions.AddIf("drill = {0}", filter.Drill);
        conditions._conditions.Add(foldedToo ? "folded" : "NOT folded");
        if (foldedToo)
            return conditions;

        conditions.AddIf("release = {0}", filter.Release);
        if (filter.Model is { } model)
        {
            var name = conditions.Next(DecisionColumns.Clean(model));
            conditions._conditions.Add($"(model_requested = {name} OR model_served = {name})");
        }

        if (filter.Cohort.Count > 0)
            conditions.Add("cohort @> {0}", filter.Cohort.Select(DecisionColumns.Clean).ToArray());
        if (filter.Code is { Length: > 0 } part)
            conditions.Add("strpos(lower(code), lower({0})) > 0", DecisionColumns.Clean(part));
        return conditions;
    }

    public void After(DecisionCursor? cursor)
    {
        if (cursor is null)
            return;

        // The first condition alone prunes partitions; the row comparison breaks ties.
        Add("time <= {0}", cursor.Time.UtcDateTime);
        var (time, leaf) = (Next(cursor.Time.UtcDateTime), Next(cursor.LeafIndex));
        _conditions.Add($"(time, leaf_index) < ({time}, {leaf})");
    }

    public NpgsqlCommand Command(NpgsqlConnection connection, string sql)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in _values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string[] FacetsOf(DecisionFilter filter)
    {
        (string Kind, string? Value)[] asked =
        [
            (Facet.Environment, filter.Environment), (Facet.Release, filter.Release), (Facet.Model, filter.Model),
            (Facet.Outcome, filter.Outcome), (Facet.Key, filter.CallerKey),
            (Facet.Drill, filter.Drill == true ? "true" : null), (Facet.Exception, filter.Exception),
            (Facet.Adoption, filter.Adoption),
            .. filter.Cohort.Select(cohort => (Facet.Cohort, (string?)cohort)),
        ];
        return [.. asked.Where(facet => facet.Value is not null).Select(facet => Facet.Of(facet.Kind, facet.Value!))];
    }

    private static async Task<string[]> CodesAsync(
        string part, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            SELECT facet FROM decision_facet
            WHERE starts_with(facet, 'code=') AND strpos(lower(substr(facet, 6)), lower($1)) > 0
            """, connection);
        command.Parameters.Add(new NpgsqlParameter { Value = DecisionColumns.Clean(part) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var codes = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            codes.Add(reader.GetString(0));
        return [.. codes];
    }

    /// <summary>False when the prefix is no hexadecimal: then no id begins with it.</summary>
    private bool AddId(string? prefix)
    {
        var digits = prefix?.Replace("-", "", StringComparison.Ordinal);
        if (string.IsNullOrEmpty(digits))
            return true;
        if (digits.Length > 32 || !digits.All(char.IsAsciiHexDigit))
            return false;

        AddSelective("id >= {0}", Guid.ParseExact(digits.PadRight(32, '0'), "N"));
        Add("id <= {0}", Guid.ParseExact(digits.PadRight(32, 'f'), "N"));
        return true;
    }

    private void AddSelective(string condition, object value)
    {
        IsSelective = true;
        Add(condition, value);
    }

    private void AddIf(string condition, object? value)
    {
        if (value is not null)
            Add(condition, value is string text ? DecisionColumns.Clean(text) : value);
    }

    public void Add(string condition, object value) => _conditions.Add(string.Format(condition, Next(value)));

    /// <summary>A further parameter; gives its name.</summary>
    public string Next(object value)
    {
        _values.Add(value);
        return "$" + _values.Count;
    }
}
