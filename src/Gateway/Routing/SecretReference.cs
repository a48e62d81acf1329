namespace Provost.Gateway.Routing;

/// <summary>Reads a secret that settings only name: <c>env:NAME</c> or <c>file:PATH</c>.</summary>
public static class SecretReference
{
    private const string Variable = "env:";
    private const string File = "file:";

    /// <summary>The secret, trimmed.</summary>
    /// <exception cref="InvalidOperationException">The reference has another form, or nothing stands there. The
    /// message names the reference, never a secret.</exception>
    public static string Read(string reference)
    {
        if (reference.StartsWith(Variable, StringComparison.Ordinal))
        {
            return Environment.GetEnvironmentVariable(reference[Variable.Length..])?.Trim() is { Length: > 0 } value
                ? value
                : throw new InvalidOperationException($"{reference} is not set: export it before start");
        }

        if (reference.StartsWith(File, StringComparison.Ordinal))
        {
            var path = reference[File.Length..];
            return System.IO.File.Exists(path)
                ? System.IO.File.ReadAllText(path).Trim()
                : throw new InvalidOperationException($"{reference} does not exist");
        }

        throw new InvalidOperationException(
            "a secret is named by env:NAME or file:PATH, and never stands in the settings itself");
    }
}
