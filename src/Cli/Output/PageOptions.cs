using System.CommandLine;

namespace Provost.Cli.Output;

/// <summary>Which page of a list: the same two options wherever one is paged.</summary>
internal sealed class PageOptions
{
    public Option<int> Limit { get; } = new("--limit")
    {
        Description = "Rows a page (default 50).",
        DefaultValueFactory = _ => 50,
    };

    public Option<string> After { get; } = new("--after")
    {
        Description = "The cursor that the page before ended with.",
    };

    /// <summary>The page as it stands in an address.</summary>
    public (string Name, string? Value)[] Of(ParseResult parse) =>
        [("limit", $"{parse.GetValue(Limit)}"), ("after", parse.GetValue(After))];
}
