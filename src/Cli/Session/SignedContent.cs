using System.Text.Json;
using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Cli.Session;

/// <summary>Signs an act only when its statement names exactly the content that was shown.</summary>
internal static class SignedContent
{
    /// <param name="proposal">Payload and its type, as the server gave them.</param>
    /// <param name="verb">The verb that the act must have.</param>
    /// <param name="target">The object that it must name.</param>
    /// <param name="shown">What the person was shown; the act's <c>after</c> must be its digest.</param>
    /// <param name="keyFile">The person's key.</param>
    /// <exception cref="CommandFault">The statement says something else.</exception>
    public static JsonNode Sign(JsonNode proposal, string verb, string target, JsonNode shown, string keyFile)
    {
        using var content = JsonDocument.Parse(shown.ToJsonString());
        var predicate = Signing.Statement(proposal)["predicate"];
        if ((string?)predicate?["verb"] != verb || (string?)predicate?["object"] != target
            || (string?)predicate?["after"] != Digest.Of(CanonicalJson.From(content.RootElement)))
        {
            throw new CommandFault("The server's statement says something else than it showed. Nothing is signed.");
        }

        return Signing.Sign(proposal, keyFile);
    }

    /// <summary>The option that names the person's key file.</summary>
    public static System.CommandLine.Option<string> KeyOption() => new("--key")
    {
        Description = $"Your key file (default {Credentials.DefaultKeyFile}).",
    };
}
