namespace Provost.Stage;

/// <summary>The systems' own repositories, as their author edits them: copies of the samples in a folder.</summary>
public sealed class Repositories(string folder)
{
    /// <summary>Copies a sample once and returns its manifest's path.</summary>
    /// <param name="sample">A folder under <c>samples</c>.</param>
    /// <param name="system">The system's name; null keeps the sample's.</param>
    public string CheckOut(string sample, string? system = null)
    {
        var source = Path.Combine(Checkout.Root, "samples", sample);
        var target = Path.Combine(folder, system ?? sample);
        var manifest = Path.Combine(target, "provost.yaml");
        if (Directory.Exists(target))
        {
            return manifest;
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        if (system is not null)
        {
            File.WriteAllText(manifest, File.ReadAllText(manifest)
                .Replace($"name: {sample},", $"name: {system},", StringComparison.Ordinal)
                .Replace($"system: {sample},", $"system: {system},", StringComparison.Ordinal));
        }

        return manifest;
    }

    /// <summary>Replaces text in a file beside a manifest.</summary>
    /// <exception cref="InvalidOperationException">The text is not in the file.</exception>
    public static async Task EditAsync(string manifest, string file, string before, string after)
    {
        var path = Path.Combine(Path.GetDirectoryName(manifest)!, file);
        var text = await File.ReadAllTextAsync(path);
        if (!text.Contains(before, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"'{before}' is not in {file}");
        }

        await File.WriteAllTextAsync(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>The text of the refund assistant's prompt, as its application sends it.</summary>
    /// <param name="manifest">Of a copy; null reads the sample itself.</param>
    public static string Prompt(string? manifest = null) => File
        .ReadAllText(Path.Combine(
            manifest is null
                ? Path.Combine(Checkout.Root, "samples", "refund-assistant")
                : Path.GetDirectoryName(manifest)!,
            "prompts", "refund.md"))
        .Replace("{{name}}", "Robin", StringComparison.Ordinal);
}
