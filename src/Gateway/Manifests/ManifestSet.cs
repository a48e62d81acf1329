using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Manifests;

/// <summary>A manifest's text as the caller has it.</summary>
/// <param name="File">The name that errors carry.</param>
public sealed record ManifestSource(string File, ReadOnlyMemory<byte> Bytes);

/// <summary>Gives the raw bytes of a file that a manifest names, null when there is none.</summary>
/// <remarks>
/// The command line reads the disk (and must not follow links); the server looks among uploaded blobs and never opens a
/// path that a manifest names.
/// </remarks>
public delegate byte[]? ManifestFileReader(string path);

/// <summary>What the reader must know from outside.</summary>
public sealed record ManifestOptions
{
    /// <summary>What this build can do.</summary>
    /// <param name="kindOf">See <see cref="KindOf"/>.</param>
    public static ManifestOptions OfThisBuild(Func<string, string?> kindOf) =>
        new() { Guardrails = GuardrailCatalog.Known, CheckGuardrail = GuardrailCatalog.Check, KindOf = kindOf };

    /// <summary>Ids of the guardrails that this build has.</summary>
    public required IReadOnlyCollection<string> Guardrails { get; init; }

    /// <summary>Says what is wrong with the settings of one guardrail, null when they are sound.</summary>
    public Func<GuardrailSpec, string?> CheckGuardrail { get; init; } = _ => null;

    /// <summary>Kind of a system that is registered already, for a release that comes without its System
    /// document.</summary>
    public Func<string, string?> KindOf { get; init; } = _ => null;
}

/// <summary>
/// What a set of manifests says. With any error, <see cref="System"/> and <see cref="Releases"/> hold only what was
/// sound by itself and must not be acted on.
/// </summary>
public sealed record ManifestSet
{
    public SystemDocument? System { get; init; }

    public required IReadOnlyList<ReleaseDocument> Releases { get; init; }

    /// <summary>Every file the releases name, by path: what an upload must carry.</summary>
    public required IReadOnlyDictionary<string, byte[]> Files { get; init; }

    /// <summary>All errors, in the order of the text.</summary>
    public required IReadOnlyList<ManifestError> Errors { get; init; }

    /// <summary>What is allowed but probably not meant, such as carriage returns in a prompt.</summary>
    public required IReadOnlyList<ManifestError> Warnings { get; init; }
}
