namespace Provost.Control.Registry;

/// <summary>
/// Who has shown to have which file, by sending its bytes to this process. A manifest may name those files alone: who
/// merely knows the digest of somebody else's prompt could otherwise name it in a system of their own and read it
/// there. Bounded: what was sent longest ago is forgotten and must be sent again, as the command line does each time.
/// </summary>
public sealed class UploadBook
{
    private const int Half = 1 << 15;

    private readonly Lock _lock = new();
    private HashSet<(string Person, string Digest)> _newer = [];
    private HashSet<(string Person, string Digest)> _older = [];

    /// <summary>Notes that a person sent a file of this digest.</summary>
    public void Note(string person, string digest)
    {
        lock (_lock)
        {
            if (_newer.Count >= Half)
                (_older, _newer) = (_newer, []);

            _newer.Add((person, digest));
        }
    }

    /// <summary>Whether the person sent it, not too many files ago.</summary>
    public bool Has(string person, string digest)
    {
        lock (_lock)
            return _newer.Contains((person, digest)) || _older.Contains((person, digest));
    }
}
