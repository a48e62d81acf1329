using System.Text.Json;

namespace Provost.Gateway.Manifests;

/// <summary>
/// Checks a frozen baseline: <c>{"v":1,"n":rows,"features":[{"name","kind":"number","edges":["…"],"counts":[…]},
/// {"name","kind":"category","values":["…"],"counts":[…]}]}</c>. Edges are ascending decimal strings and bins are
/// (e₍ᵢ₋₁₎, eᵢ]; counts are edges + 1 bins and then missing, or one for each value and then other and missing.
/// </summary>
internal static class BaselineCheck
{
    public static IReadOnlyList<string> Faults(
        byte[] json, IReadOnlyList<FeatureSpec> features, IReadOnlyList<string> watched)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return ["this is not JSON."];
        }

        using (document)
        {
            if (!TryRoot(document.RootElement, out var rows, out var bins))
            {
                return ["this is not a baseline of form 1 ({v, n, features})."];
            }

            var faults = new List<string>();
            foreach (var name in watched)
            {
                var kind = features.FirstOrDefault(f => f.Name == name)?.Type;
                var found = bins.EnumerateArray().Where(bin => Text(bin, "name") == name).ToList();
                if (found.Count != 1)
                {
                    faults.Add($"the feature '{name}' stands {found.Count} times.");
                }
                else if (Fault(found[0], kind, rows) is { } fault)
                {
                    faults.Add($"the feature '{name}': {fault}");
                }
            }

            return faults;
        }
    }

    private static bool TryRoot(JsonElement root, out long rows, out JsonElement bins)
    {
        rows = 0;
        bins = default;
        return root.ValueKind is JsonValueKind.Object
            && root.TryGetProperty("v", out var version) && version.ValueKind is JsonValueKind.Number
            && version.TryGetInt32(out var v) && v == 1
            && root.TryGetProperty("n", out var n) && n.ValueKind is JsonValueKind.Number && n.TryGetInt64(out rows)
                && rows > 0
            && root.TryGetProperty("features", out bins) && bins.ValueKind is JsonValueKind.Array;
    }

    private static string? Fault(JsonElement feature, string? kind, long rows)
    {
        if (Text(feature, "kind") != kind)
        {
            return $"its kind is not {kind}, as the model says.";
        }

        var cuts = kind == "number" ? "edges" : "values";
        if (!feature.TryGetProperty(cuts, out var list) || list.ValueKind is not JsonValueKind.Array
            || list.GetArrayLength() == 0 || list.EnumerateArray()
                .Any(cut => cut.ValueKind is not JsonValueKind.String))
        {
            return $"its {cuts} are not a list of strings.";
        }

        if (kind == "number" && !Ascending([.. list.EnumerateArray().Select(cut => cut.GetString()!)]))
        {
            return "its edges are not ascending decimals.";
        }

        if (!feature.TryGetProperty("counts", out var counts) || counts.ValueKind is not JsonValueKind.Array
            || counts.GetArrayLength() != list.GetArrayLength() + 2)
        {
            return $"it needs {list.GetArrayLength() + 2} counts.";
        }

        var sum = 0L;
        foreach (var count in counts.EnumerateArray())
        {
            if (count.ValueKind is not JsonValueKind.Number || !count.TryGetInt64(out var rowsHere) || rowsHere < 0)
            {
                return "its counts are not whole numbers.";
            }

            sum += rowsHere;
        }

        return sum == rows ? null : $"its counts sum to {sum}, not to n = {rows}.";
    }

    private static bool Ascending(IReadOnlyList<string> edges)
    {
        decimal? last = null;
        foreach (var edge in edges)
        {
            if (!Schema.Numbers.TryDecimal(edge, out var value) || value <= last)
            {
                return false;
            }

            last = value;
        }

        return true;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
