namespace Provost.Gateway.Manifests.Schema;

/// <summary>
/// What reading one document needs and leaves behind: its errors, and where each path stood, so that checks across
/// several keys can point at a line too.
/// </summary>
/// <param name="file">The file that errors name.</param>
/// <param name="canonical">True when canonical JSON is read back: scalars then stand in their canonical form.</param>
internal sealed class ReadContext(string file, bool canonical, List<ManifestError> errors)
{
    private readonly Dictionary<string, Position> _positions = [];

    public string File => file;

    public bool Canonical => canonical;

    public List<ManifestError> Errors => errors;

    /// <summary>Files that the document names, with the path of the key that names each.</summary>
    public List<(string File, string Path)> Files { get; } = [];

    public void Note(string path, Position at) => _positions.TryAdd(path, at);

    /// <summary>Whether the document has this path, rather than a default.</summary>
    public bool Wrote(string path) => _positions.ContainsKey(path);

    public void Error(string path, Position at, string message, string remedy) =>
        errors.Add(new ManifestError(path, file, at.Line, at.Column, message, remedy));

    /// <summary>Reports at the place of <paramref name="path"/>, or of the nearest part above it that was
    /// written.</summary>
    public void Error(string path, string message, string remedy)
    {
        var known = path;
        Position at;
        while (!_positions.TryGetValue(known, out at) && known.Length > 0)
        {
            var cut = known.LastIndexOfAny(['.', '[']);
            known = cut < 0 ? "" : known[..cut];
        }

        Error(path, at == default && !canonical ? new Position(1, 1) : at, message, remedy);
    }
}
