using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Vault;

/// <summary>First record's number and slots of a node's newest file of wraps.</summary>
internal sealed record WrapMark(long First, int Slots);

/// <summary>How far the vault has come: what lies beyond in its files is done again.</summary>
internal sealed record VaultCursor(long Through, IReadOnlyDictionary<string, WrapMark> Nodes)
{
    public static VaultCursor Load(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize(File.ReadAllBytes(path), VaultJson.Default.VaultCursor)
            ?? throw new InvalidDataException($"{path} is empty. Put back the vault's folder from its backup.")
        : new VaultCursor(0, new Dictionary<string, WrapMark>());

    public void Save(string path) =>
        DurableFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(this, VaultJson.Default.VaultCursor));
}

/// <summary>An act that has had its effect here.</summary>
internal sealed record VaultAct
{
    public required Guid Act { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyList<PayloadPlace> Places { get; init; } = [];
    public IReadOnlyList<KeyGroup> Groups { get; init; } = [];
    public IReadOnlyList<string> Spared { get; init; } = [];
}

/// <summary>
/// The acts that had their effect, one line of JSON each: what comes after one knows that it is too late to be kept.
/// Restored from a backup with the rest of the folder it lacks the newer acts, and whoever asks again has them done.
/// </summary>
internal sealed class VaultJournal
{
    private readonly string _path;
    private readonly HashSet<Guid> _done = [];
    private readonly Dictionary<string, List<VaultAct>> _subjects = new(StringComparer.Ordinal);
    private readonly HashSet<PayloadPlace> _places = [];
    private readonly Dictionary<KeyGroup, IReadOnlyList<string>> _groups = [];

    private VaultJournal(string path) => _path = path;

    /// <summary>Time of the newest act.</summary>
    public DateTimeOffset Newest { get; private set; }

    public static VaultJournal Open(string path)
    {
        var journal = new VaultJournal(path);
        if (!File.Exists(path))
            return journal;

        foreach (var line in File.ReadLines(path))
        {
            try
            {
                journal.Take(JsonSerializer.Deserialize(line, VaultJson.Default.VaultAct)!);
            }
            catch (JsonException)
            {
                // cut while it was written: its act is not known to be done and will be asked for again
            }
        }

        return journal;
    }

    public bool Has(Guid act) => _done.Contains(act);

    /// <summary>What an earlier act says of a payload that comes only now.</summary>
    /// <param name="place">Where its record stands.</param>
    /// <param name="group">Its group; null while that is not known, then any group counts.</param>
    /// <param name="subject">Alias, null for none.</param>
    /// <param name="time">Time of the record.</param>
    public PayloadState StateOf(PayloadPlace place, KeyGroup? group, string? subject, DateTimeOffset time)
    {
        if (_places.Contains(place))
            return PayloadState.Erased;

        if (subject is not null && _subjects.TryGetValue(subject, out var acts)
            && acts.Exists(a => time <= a.At && (group is null || a.Groups.Contains(group))))
        {
            return PayloadState.Erased;
        }

        return group is not null && _groups.TryGetValue(group, out var spared)
            && (subject is null || !spared.Contains(subject))
            ? PayloadState.TermEnded
            : PayloadState.Open;
    }

    /// <summary>Notes an act as done, durably.</summary>
    public void Add(VaultAct act)
    {
        using (var file = new FileStream(_path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            // begins with a line end too: what a crash left half written stays a line of its own
            file.WriteByte((byte)'\n');
            file.Write(JsonSerializer.SerializeToUtf8Bytes(act, VaultJson.Default.VaultAct));
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }

        DurableFile.SyncFolder(Path.GetDirectoryName(_path)!);
        Take(act);
    }

    private void Take(VaultAct act)
    {
        _done.Add(act.Act);
        Newest = act.At > Newest ? act.At : Newest;
        _places.UnionWith(act.Places);
        if (act.Subject is { } subject)
        {
            if (!_subjects.TryGetValue(subject, out var acts))
                _subjects[subject] = acts = [];

            acts.Add(act);
            return;
        }

        foreach (var group in act.Groups)
            _groups[group] = act.Spared;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(VaultAct))]
[JsonSerializable(typeof(VaultCursor))]
internal sealed partial class VaultJson : JsonSerializerContext;
