namespace Provost.Gateway.Protocols;

/// <summary>
/// Edits of a body as splices: everything that no edit names is forwarded byte for byte. Edits may be added in
/// any order and must not overlap; insertions at one place keep the order they were added in.
/// </summary>
internal sealed class BodyEdits : IDisposable
{
    private readonly List<(ByteRange Range, int Start, int Length)> _edits = [];
    private readonly ByteBuffer _replacements = new();

    public bool Any => _edits.Count > 0;

    /// <summary>Where the next replacement is written; then call <see cref="Commit"/>.</summary>
    public ByteBuffer Replacement => _replacements;

    public void Replace(ByteRange range, ReadOnlySpan<byte> with)
    {
        var start = _replacements.Length;
        _replacements.Write(with);
        _edits.Add((range, start, with.Length));
    }

    public void Insert(int at, ReadOnlySpan<byte> what) => Replace(new ByteRange(at, 0), what);

    /// <summary>
    /// Makes what was written to <see cref="Replacement"/> since <paramref name="start"/> stand for a range.
    /// </summary>
    public void Commit(ByteRange range, int start) => _edits.Add((range, start, _replacements.Length - start));

    public void Apply(ReadOnlySpan<byte> body, ByteBuffer into)
    {
        var at = 0;
        foreach (var (range, start, length) in _edits.OrderBy(e => e.Range.Start))
        {
            into.Write(body[at..range.Start]);
            into.Write(_replacements.Span.Slice(start, length));
            at = range.End;
        }

        into.Write(body[at..]);
    }

    public void Dispose() => _replacements.Dispose();
}
