namespace Provost.Gateway.Manifests;

/// <summary>One thing that is wrong in a manifest, where it stands and what to do about it.</summary>
/// <param name="Path">Dotted path inside the document, for example <c>spec.thresholds.latency.over</c>.</param>
/// <param name="File">The manifest's file as the caller named it.</param>
/// <param name="Line">From 1; 0 where the text has no lines (a canonical document read back).</param>
/// <param name="Column">From 1; 0 as above.</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ManifestError(
    string Path, string File, int Line, int Column, string Message, string Remedy)
{
    /// <summary>The form of compilers, so that editors jump to it: <c>file(line,column): path: message
    /// remedy</c>.</summary>
    public override string ToString() =>
        $"{File}({Line},{Column}): {(Path.Length == 0 ? "" : Path + ": ")}{Message} {Remedy}";
}

/// <summary>Canonical bytes that are not what this build reads: a newer writer, or bytes that were tampered
/// with.</summary>
public sealed class ManifestException(IReadOnlyList<ManifestError> errors)
    : Exception(errors.Count == 0 ? "The document is not readable." : errors[0].ToString())
{
    public IReadOnlyList<ManifestError> Errors { get; } = errors;
}
