using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace Provost.Demo;

/// <summary>What a forger does: changes one byte of one entry inside an exported bundle.</summary>
internal static class Forge
{
    /// <summary>Copies the bundle with one letter of the third entry's leaf changed.</summary>
    /// <returns>The index of the entry, as the verifier should name it.</returns>
    public static string OneByte(string bundle, string forged)
    {
        File.Copy(bundle, forged, overwrite: true);
        using var zip = ZipFile.Open(forged, ZipArchiveMode.Update);
        var entry = zip.GetEntry("entries.jsonl")!;
        List<string> lines;
        using (var reader = new StreamReader(entry.Open()))
        {
            lines = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        }

        var victim = JsonNode.Parse(lines[2])!;
        var leaf = Convert.FromBase64String((string)victim["leaf"]!);
        var at = Encoding.UTF8.GetString(leaf).IndexOf("\"outcome\":\"", StringComparison.Ordinal) + 11;
        leaf[at] = (byte)(leaf[at] == 'b' ? 'c' : 'b');
        victim["leaf"] = Convert.ToBase64String(leaf);
        lines[2] = victim.ToJsonString();
        entry.Delete();
        using var writer = new StreamWriter(zip.CreateEntry("entries.jsonl").Open());
        foreach (var line in lines)
        {
            writer.Write(line + "\n");
        }

        return victim["index"]!.ToString();
    }
}
