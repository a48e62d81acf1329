using System.Text.Json;
using System.Text.Json.Serialization;

namespace Provost.Cli.Session;

/// <summary>
/// What the CLI remembers between commands, in <c>$XDG_CONFIG_HOME/provost/credentials.json</c> (mode 0600): the
/// server, the token, who it belongs to, and the last checkpoint seen, so that a server cannot show an older log.
/// </summary>
internal sealed record Credentials
{
    public required string Server { get; init; }
    public string? Token { get; init; }
    public string? Person { get; init; }
    public string? Checkpoint { get; init; }

    /// <summary>Where everything that the CLI remembers stands.</summary>
    public static string Folder => Path.Combine(
        Environment.GetEnvironmentVariable("PROVOST_HOME")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "provost"));

    private static string File => Path.Combine(Folder, "credentials.json");

    /// <summary>Where <c>people key</c> puts a person's key file when not told otherwise.</summary>
    public static string DefaultKeyFile => Path.Combine(Folder, "person.key");

    /// <summary>The remembered ones; <c>PROVOST_SERVER</c> and <c>PROVOST_TOKEN</c> in the environment win.</summary>
    public static Credentials Load()
    {
        var stored = System.IO.File.Exists(File)
            ? JsonSerializer.Deserialize(System.IO.File.ReadAllText(File), CredentialsJson.Default.Credentials)
            : null;
        stored ??= new Credentials { Server = "http://127.0.0.1:7401" };
        var server = Environment.GetEnvironmentVariable("PROVOST_SERVER");
        var token = Environment.GetEnvironmentVariable("PROVOST_TOKEN");
        return stored with { Server = server ?? stored.Server, Token = token ?? stored.Token };
    }

    public void Save()
    {
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var temporary = File + ".new";
        using (var stream = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            JsonSerializer.Serialize(stream, this, CredentialsJson.Default.Credentials);
        }

        System.IO.File.Move(temporary, File, overwrite: true);
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(Credentials))]
internal sealed partial class CredentialsJson : JsonSerializerContext;
