using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provost.Gateway.Manifests;

/// <summary>
/// Which messages of a call are passages that the application retrieved: <c>message(role=tool)</c>, or of one tool
/// <c>message(role=tool, name=search)</c>. Roles are <c>tool</c> and <c>user</c>.
/// </summary>
/// <param name="Name">The tool's; of a message of role <c>user</c> its member <c>name</c>. Null: any.</param>
public sealed partial record PassageSelector(string Role, string? Name)
{
    /// <summary>The selector that a text writes; null when it writes none.</summary>
    public static PassageSelector? Parse(string text)
    {
        var match = Form().Match(text);
        var name = match.Groups["name"];
        return match.Success
            ? new PassageSelector(match.Groups["role"].Value, name.Success ? name.Value : null)
            : null;
    }

    /// <summary>
    /// The passages in a chat request, in order; empty where there are none, or the body is no chat request. A tool's
    /// message names the call it answers, and that call the tool.
    /// </summary>
    public IReadOnlyList<string> Find(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array
                ? Find(messages)
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>One spelling of each.</summary>
    public override string ToString() =>
        Name is null ? $"message(role={Role})" : $"message(role={Role}, name={Name})";

    private List<string> Find(JsonElement messages)
    {
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = new List<string>();
        foreach (var message in messages.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.Object))
        {
            foreach (var (id, tool) in Calls(message))
                tools[id] = tool;

            var call = Text(message, "tool_call_id");
            var name = call is null ? Text(message, "name") : tools.GetValueOrDefault(call);
            if (Text(message, "role") == Role && (Name is null || Name == name)
                && message.TryGetProperty("content", out var content))
            {
                found.AddRange(Texts(content));
            }
        }

        return found;
    }

    private static IEnumerable<(string Id, string Tool)> Calls(JsonElement message)
    {
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind != JsonValueKind.Array)
            yield break;

        foreach (var call in calls.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
        {
            if (Text(call, "id") is { } id && call.TryGetProperty("function", out var function)
                && function.ValueKind == JsonValueKind.Object && Text(function, "name") is { } tool)
            {
                yield return (id, tool);
            }
        }
    }

    /// <summary>Content is a text, or parts of which some are.</summary>
    private static IEnumerable<string> Texts(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => [content.GetString()!],
        JsonValueKind.Array => content.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object)
            .Select(p => Text(p, "text")).OfType<string>(),
        _ => [],
    };

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(
        @"^message\( ?role ?= ?(?<role>tool|user)(?: ?, ?name ?= ?(?<name>[A-Za-z0-9_-]{1,64}))? ?\)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
