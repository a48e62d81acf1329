using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Provost.SystemTests.Running;

/// <summary>The processes that hold a running server's keys, as the machine shows them.</summary>
internal static class Custodian
{
    /// <summary>What <c>/readyz</c> says.</summary>
    public static async Task<JsonNode> ReadyAsync(Town town)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(town.Server.Control, "/readyz"));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>The process of a role that works for this town's data folder.</summary>
    public static Process Of(Town town, string role) => Process.GetProcessById(Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName).Where(n => n!.All(char.IsAsciiDigit)).Select(n => int.Parse(n!))
        .Single(id => Read($"/proc/{id}/cmdline") is { } line
            && line.Contains("Provost.Server", StringComparison.Ordinal)
            && line.Contains($"\0{role}\0--folder\0{Folder(town, role)}\0", StringComparison.Ordinal)));

    /// <summary>Ends it for as long as one of its keys is away; gives what puts the key back.</summary>
    public static async Task<Action> TakeAwayAsync(Town town, string role, string key)
    {
        var path = Path.Combine(Folder(town, role), key);
        File.Move(path, path + ".away");
        using var process = Of(town, role);
        process.Kill();
        await process.WaitForExitAsync();
        return () => File.Move(path + ".away", path);
    }

    /// <summary>Id of the user that a process runs under.</summary>
    public static string UserOf(int process) => File.ReadLines($"/proc/{process}/status")
        .Single(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2];

    /// <summary>Its folder, wherever that lies.</summary>
    public static string Folder(Town town, string role)
    {
        var folder = Path.Combine(town.Data, role);
        return new DirectoryInfo(folder).LinkTarget ?? folder;
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null; // it ended in between
        }
    }
}
