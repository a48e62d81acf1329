using System.Text.Json;

namespace Provost.Control.Signals.Drift;

/// <summary>
/// Reads the rows of a scoring request in the form of the Open Inference Protocol v2: either one input tensor per
/// feature (shape [N] or [N,1], named like the feature), or one tensor of shape [N,F] whose columns stand in the order
/// that the release declares its features. Data may be flat or nested.
/// </summary>
public static class TensorFeatures
{
    /// <param name="request">The request, or its <c>inputs</c> alone.</param>
    /// <param name="order">Features in the order that the release declares.</param>
    /// <returns>Rows, or null when the tensors have no common number of rows: unreadable is not "no drift".</returns>
    public static IReadOnlyList<IReadOnlyDictionary<string, FeatureValue>>? Read(
        JsonElement request, IReadOnlyList<string> order)
    {
        var inputs = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("inputs", out var inner)
            ? inner
            : request;
        if (inputs.ValueKind != JsonValueKind.Array || inputs.GetArrayLength() == 0)
        {
            return null;
        }

        var columns = new Dictionary<string, List<FeatureValue>>(StringComparer.Ordinal);
        foreach (var tensor in inputs.EnumerateArray())
        {
            if (!ReadTensor(tensor, order, columns))
            {
                return null;
            }
        }

        var rows = columns.Values.First().Count;
        return columns.Values.Any(c => c.Count != rows)
            ? null
            : [.. Enumerable.Range(0, rows).Select(i => columns.ToDictionary(c => c.Key, c => c.Value[i]))];
    }

    private static bool ReadTensor(
        JsonElement tensor, IReadOnlyList<string> order, Dictionary<string, List<FeatureValue>> columns)
    {
        if (tensor.ValueKind != JsonValueKind.Object
            || !tensor.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String
            || !tensor.TryGetProperty("shape", out var shape) || shape.ValueKind != JsonValueKind.Array
            || !tensor.TryGetProperty("data", out var data))
        {
            return false;
        }

        var values = new List<FeatureValue>();
        Flatten(data, values);
        var width = Width(shape, values.Count);
        if (width == 1)
        {
            return columns.TryAdd(name.GetString()!, values);
        }

        if (width == 0 || width != order.Count)
        {
            return false;
        }

        for (var column = 0; column < width; column++)
        {
            if (!columns.TryAdd(order[column], [.. values.Where((_, i) => i % width == column)]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Columns of a tensor: 1 for [N] and [N,1], F for [N,F]; 0 for anything else or other data.</summary>
    private static int Width(JsonElement shape, int values)
    {
        var sides = new List<int>();
        foreach (var side in shape.EnumerateArray())
        {
            if (side.ValueKind != JsonValueKind.Number || !side.TryGetInt32(out var length) || length <= 0)
            {
                return 0;
            }

            sides.Add(length);
        }

        return sides switch
        {
            [var rows] when rows == values => 1,
            [var rows, var columns] when (long)rows * columns == values => columns,
            _ => 0,
        };
    }

    private static void Flatten(JsonElement data, List<FeatureValue> into)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            into.Add(FeatureValue.Of(data));
            return;
        }

        foreach (var item in data.EnumerateArray())
        {
            Flatten(item, into);
        }
    }
}
