using System.Text;
using Provost.Gateway.Manifests;
using Provost.Gateway.Manifests.Schema;

namespace Provost.Gateway.Tests.Manifests;

/// <summary>
/// The tables of docs/manifest.md are what the schema says. With <c>UPDATE_DOCS=1</c> in the environment the test
/// writes
/// them instead of comparing.
/// </summary>
public sealed class ManifestReferenceTests
{
    private static readonly string Page = Path.Combine(SampleTests.Root(), "docs/manifest.md");

    [Fact]
    public void The_reference_page_says_what_the_schema_says()
    {
        var page = File.ReadAllText(Page);
        var expected = page;
        foreach (var (name, type, like) in new (string, ObjectType, ObjectType?)[]
        {
            ("System", SystemSchema.Spec, null), ("Release of kind llm", ReleaseSchema.Llm, null),
            ("Release of kind model", ReleaseSchema.Model, null),
            ("Release of kind agent", ReleaseKinds.Agent, ReleaseSchema.Llm),
            ("Release of kind vendor", ReleaseKinds.Vendor, ReleaseSchema.Llm),
            ("Release of kind chain", ReleaseKinds.Chain, null),
        })
        {
            expected = Put(expected, name, Table(type, like));
        }

        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Page, expected);
            return;
        }

        Assert.Equal(expected, page);
    }

    [Fact]
    public void The_schema_for_editors_is_the_one_that_the_product_prints()
    {
        var file = Path.Combine(SampleTests.Root(), "docs/manifest.schema.json");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllBytes(file, ManifestJsonSchema.ToBytes());

        Assert.Equal(Encoding.UTF8.GetString(ManifestJsonSchema.ToBytes()), File.ReadAllText(file));
    }

    private static string Put(string page, string name, string table)
    {
        var (open, close) = ($"<!-- table: {name} -->\n", "<!-- end of table -->");
        var start = page.IndexOf(open, StringComparison.Ordinal);
        Assert.True(start >= 0, $"{open} is not in the page");
        start += open.Length;
        return page[..start] + table + page[page.IndexOf(close, start, StringComparison.Ordinal)..];
    }

    /// <summary>The rows of a kind; those that another kind has as well are left out.</summary>
    private static string Table(ObjectType spec, ObjectType? like)
    {
        const string head = "\n| key | must be | when absent | meaning |\n| --- | --- | --- | --- |\n";
        var known = like is null ? [] : RowsOf(like);
        return $"{head}{string.Join('\n', RowsOf(spec).Except(known))}\n\n";
    }

    private static string[] RowsOf(ObjectType spec)
    {
        var text = new StringBuilder();
        Rows(text, "spec", spec);
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Rows(StringBuilder text, string path, ObjectType type)
    {
        foreach (var field in type.Fields)
        {
            var key = $"{path}.{field.Name}";
            var absent = field.Required ? "an error" : field.Default is { } value ? $"`{Shown(value)}`"
                : "stays absent";
            text.Append($"| `{key}` | {field.Type.Describe.Replace("|", "\\|")} | {absent} | {field.Meaning} |\n");
            Inner(text, key, field.Type);
        }

        if (type.Settings is not null)
        {
            text.Append($"| `{path}.*` | a JSON value | | A setting of this guardrail. |\n");
        }

        if (type.Lacking.Count > 0)
        {
            var lacking = string.Join(", ", type.Lacking.Select(word => $"`{word}`"));
            text.Append($"| in `{path}` refused by name | | | {lacking}: keys of later builds. |\n");
        }
    }

    /// <summary>A default as an author would write it, not as the canonical bytes hold it.</summary>
    private static string Shown(string value) => value switch
    {
        "15552000000" => "180d",
        """{"expires":15552000000}""" => "{ expires: 180d }",
        _ => value.Trim('"').Replace("\"", ""),
    };

    private static void Inner(StringBuilder text, string key, SchemaType type)
    {
        switch (type)
        {
            case ObjectType inner:
                Rows(text, key, inner);
                break;
            case ListType list:
                Inner(text, key + "[]", list.Item);
                break;
            case MapType map:
                Inner(text, key + ".<name>", map.Item);
                break;
        }
    }
}
