using System.Text.Json.Nodes;

namespace Provost.Stage;

/// <summary>What a staged server's <c>settings.json</c> says.</summary>
/// <param name="Upstreams">Where the providers <c>openai</c> and <c>scoring</c> are.</param>
public sealed record ServerSettings(Uri Upstreams)
{
    /// <summary>Receives the pages of the channel <c>duty</c>; null: nobody is paged.</summary>
    public PageReceiver? Pages { get; init; }

    /// <summary>Mail address of the one who looks into unknown callers.</summary>
    public string? Triager { get; init; }

    /// <summary>How long a pane of a signal lasts at most; null: the product's own.</summary>
    public int? PaneSeconds { get; init; }

    /// <summary>Writes the file, and beside it the secret that it refers to.</summary>
    /// <returns>The arguments of <c>serve</c>.</returns>
    public string[] Write(string folder)
    {
        var document = new JsonObject
        {
            ["providers"] = new JsonObject
            {
                ["openai"] = Provider("openai"),
                ["scoring"] = Provider("open-inference"),
            },
        };
        if (Pages is not null)
        {
            var secret = Path.Combine(folder, "webhook.secret");
            File.WriteAllText(secret, Pages.Secret);
            document["channels"] = new JsonObject
            {
                ["duty"] = new JsonObject
                {
                    ["kind"] = "webhook",
                    ["address"] = Pages.Address.ToString(),
                    ["secret"] = $"file:{secret}",
                },
            };
        }

        if (Triager is not null)
        {
            document["triager"] = Triager;
        }

        if (PaneSeconds is { } seconds)
        {
            document["signals"] = new JsonObject { ["paneRecords"] = 20, ["paneSeconds"] = seconds };
        }

        File.WriteAllText(PathIn(folder), document.ToJsonString());
        return Arguments(folder);
    }

    /// <summary>The arguments of <c>serve</c> for settings that were written to a folder.</summary>
    public static string[] Arguments(string folder) =>
        ["--settings", PathIn(folder), "--org", "acme.example", "--origin", "acme.example/provost-demo"];

    private static string PathIn(string folder) => Path.Combine(folder, "settings.json");

    private JsonObject Provider(string dialect) => new()
    {
        ["dialect"] = dialect,
        ["baseUrl"] = Upstreams.ToString(),
    };
}
