using Provost.Stage;

namespace Provost.Demo;

/// <summary>The systems' own repositories, as their author edits them: copies of the samples.</summary>
internal static class Manifests
{
    /// <summary>Copies a sample beside the run once and returns its manifest's path.</summary>
    public static string CheckOut(Cast cast, string sample)
    {
        var source = Path.Combine(Checkout.Root, "samples", sample);
        var target = Path.Combine(cast.Folder, "repositories", sample);
        if (!Directory.Exists(target))
        {
            foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(target, Path.GetRelativePath(source, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        return Path.Combine(target, "provost.yaml");
    }

    /// <summary>Replaces text in a checked-out file.</summary>
    public static async Task EditAsync(string manifest, string file, string before, string after)
    {
        var path = Path.Combine(Path.GetDirectoryName(manifest)!, file);
        var text = await File.ReadAllTextAsync(path);
        NotSeenException.Unless(text.Contains(before, StringComparison.Ordinal), $"'{before}' is not in {file}");
        await File.WriteAllTextAsync(path, text.Replace(before, after, StringComparison.Ordinal));
    }

    /// <summary>The approved text of the refund assistant's prompt, as its application sends it.</summary>
    public static async Task<string> PromptAsync(string manifest) =>
        (await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(manifest)!, "prompts/refund.md")))
            .Replace("{{name}}", "Robin", StringComparison.Ordinal);

    /// <summary>Apply, submit as the author, approve as the owner and as a second person.</summary>
    public static async Task ReleaseAsync(Cast cast, string manifest, string release)
    {
        (await cast.Mia.RunAsync("apply", manifest)).Ok();
        (await cast.Mia.RunAsync("submit", release)).Ok();
        (await cast.Dana.RunAsync("approve", release)).Ok();
        (await cast.Ana.RunAsync("approve", release, "--manifest", manifest)).Ok();
    }
}
