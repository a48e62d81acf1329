using System.Text;
using Provost.Gateway.Manifests;
using Provost.Gateway.Tests.Manifests;

namespace Provost.Gateway.Tests.Envelopes;

/// <summary>A release with an envelope, and releases that differ from it.</summary>
internal static class EnvelopeSamples
{
    public const string Envelope = """
          envelope:
            vary:
              prompts: [ { file: prompts/refund.md, max: 80 } ]
              parameters: { temperature: { min: 0, max: 0.4 } }
              adapters: [tone]
              dataSets: [handbook]
              retrieval: true
            minimum: { correct: 0.92 }
            perDay: 20
            until: 2027-03-31

        """;

    private const string Parts = """
          retrieval: { index: shelf, version: "41", passages: "message(role=tool)" }
          dataSets:
            - { name: handbook, version: "7", digest: "sha256:ONES", use: grounding }
            - { name: chats, version: "1", digest: "sha256:TWOS", use: tuning }

        """;

    /// <summary>The release that persons approve.</summary>
    public static string Origin { get; } = ManifestSamples.LlmRelease.Replace(
        "    floating: false\n",
        "    floating: false\n    adapters: [ { name: tone, digest: \"sha256:" + new string('3', 64) + "\" } ]\n")
        + Parts.Replace("ONES", new string('1', 64)).Replace("TWOS", new string('2', 64)) + Envelope;

    public static ReleaseDocument Read(string release, string? prompt = null) =>
        ManifestSamples.ReleaseOf(release, Files(prompt));

    public static Dictionary<string, byte[]> Files(string? prompt = null)
    {
        var files = ManifestSamples.Files();
        if (prompt is not null)
            files["prompts/refund.md"] = Encoding.UTF8.GetBytes(prompt);

        return files;
    }

    /// <summary>The text of a variant: another version, with its parent named.</summary>
    public static string Child(string origin, string parent, string version = "3.2.1") =>
        origin.Replace("version: 3.2.0", $"version: {version}") + $"  parent: {parent}\n";
}
