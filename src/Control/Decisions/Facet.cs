namespace Provost.Control.Decisions;

/// <summary>What filters ask for by equality, written as one indexed array: <c>kind=value</c>.</summary>
/// <remarks>One inverted index answers every rare value (a code, a key, a cohort) alone and combined, where a B-tree
/// per column would cost several times the table.</remarks>
internal static class Facet
{
    public const string Outcome = "outcome";
    public const string Code = "code";
    public const string Key = "key";
    public const string Model = "model";
    public const string Release = "release";
    public const string Environment = "env";
    public const string Cohort = "cohort";
    public const string Drill = "drill";
    public const string Exception = "exception";
    public const string Adoption = "adoption";
    public const string System = "system";

    public static string Of(string kind, string value) => kind + "=" + DecisionColumns.Clean(value);

    /// <summary>All facets of a row; <c>system</c> is not among them, it has an index of its own.</summary>
    public static string[] Of(DecisionRow row)
    {
        var facets = new List<string>(8 + row.Cohort.Count);
        Add(Outcome, row.Outcome);
        Add(Code, row.Code);
        Add(Key, row.CallerKey);
        Add(Release, row.Release);
        Add(Environment, row.Environment);
        Add(Model, row.ModelRequested);
        if (row.ModelServed != row.ModelRequested)
            Add(Model, row.ModelServed);
        Add(Drill, row.Drill ? "true" : null);
        Add(Exception, row.UnderException);
        Add(Adoption, row.Adoption);
        foreach (var cohort in row.Cohort)
            Add(Cohort, cohort);
        return [.. facets];

        void Add(string kind, string? value)
        {
            if (value is not null)
                facets.Add(Of(kind, value));
        }
    }
}
