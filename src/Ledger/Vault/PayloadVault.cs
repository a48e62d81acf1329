using System.Globalization;
using System.Security.Cryptography;
using Provost.Ledger.Payloads;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Vault;

/// <summary>
/// The vault over a folder of its own: <c>keys/</c> with a file a group, <c>wraps/</c> with a folder a node,
/// <c>acts</c> and <c>cursor</c>. A payload's content stays where it is; only the 32 bytes of its data key are taken
/// from under the gateway's hour key and put under its subject's. Order of a round: keys, wraps, cursor, each synced
/// before the next, so that a round that was cut is done again. Safe for concurrent use.
/// </summary>
public sealed class PayloadVault : IPayloadVault, IDisposable
{
    /// <summary>An hour key is dropped when its hour ended so long ago: a gateway uses the one before the
    /// present.</summary>
    public static readonly TimeSpan HourGrace = TimeSpan.FromHours(1);

    private const int MaxOpenFiles = 256;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly RSA _payloadKey;
    private readonly PayloadOpener _hours;
    private readonly TimeProvider _time;
    private readonly VaultJournal _acts;
    private readonly Dictionary<KeyGroup, uint> _numbers = [];
    private readonly Dictionary<uint, KeyGroupFile> _files = [];
    private readonly Dictionary<uint, int> _toCut = [];
    private readonly Dictionary<string, WrapFolder> _wraps = new(StringComparer.Ordinal);
    private readonly HashSet<uint> _touched = [];
    private readonly RoundKeys _round = new();
    private VaultCursor _cursor;

    private PayloadVault(string folder, PayloadOpener hours, RSA payloadKey, TimeProvider time)
    {
        (_folder, _hours, _payloadKey, _time) = (folder, hours, payloadKey, time);
        foreach (var path in new[] { folder, Keys, Path.Combine(folder, "wraps") })
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        _acts = VaultJournal.Open(Path.Combine(folder, "acts"));
        _cursor = VaultCursor.Load(CursorFile);
        foreach (var path in Directory.EnumerateFiles(Keys, "*.keys"))
        {
            var number = uint.Parse(
                Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture);
            _numbers[KeyGroupFile.Peek(path).Group] = number;
        }
    }

    public long Through
    {
        get
        {
            lock (_gate)
                return _cursor.Through;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Never changes: while it is open, nobody else has its folder.</remarks>
    public long Incarnation => 0;

    private string Keys => Path.Combine(_folder, "keys");

    private string CursorFile => Path.Combine(_folder, "cursor");

    /// <summary>Opens the vault, or begins it.</summary>
    /// <param name="folder">Its own folder; readable by nobody else.</param>
    /// <param name="hourFolder">Where gateways leave their sealed hour keys; the vault deletes them when they are
    /// done.</param>
    /// <param name="payloadKey">Private half of the payload key; stays the caller's.</param>
    /// <param name="time">Clock of keys and hours.</param>
    public static PayloadVault Open(string folder, string hourFolder, RSA payloadKey, TimeProvider time) =>
        new(folder, new PayloadOpener(hourFolder, payloadKey), payloadKey, time);

    public RewrapAnswer Rewrap(RewrapRequest request) => Guarded(() =>
    {
        var (wrapped, shut, lost) = (0, 0, 0);
        _round.Begin(request.Items.Count);
        try
        {
            foreach (var item in request.Items)
            {
                var wrap = Wrap(item);
                WrapsOf(item.Place.Node).Append(item.Place.NodeSeq, item.Field, wrap);
                wrapped += wrap.State == PayloadState.Open ? 1 : 0;
                shut += wrap.State is PayloadState.Erased or PayloadState.TermEnded ? 1 : 0;
                lost += wrap.State == PayloadState.Lost ? 1 : 0;
            }
        }
        finally
        {
            _round.End();
        }

        foreach (var number in _touched)
            FileOf(number).Slots.Sync();

        _touched.Clear();
        var nodes = _cursor.Nodes.ToDictionary();
        foreach (var node in request.Items.Select(i => i.Place.Node).Distinct())
        {
            WrapsOf(node).Sync();
            nodes[node] = WrapsOf(node).Mark!;
        }

        if (request.Through > _cursor.Through)
        {
            var next = new VaultCursor(request.Through, nodes);
            next.Save(CursorFile);
            _cursor = next;
        }

        if (request.HoursDone is { } done)
            _hours.Drop(done - HourGrace);

        return new RewrapAnswer(wrapped, shut, lost);
    });

    public OpenAnswer Open(OpenRequest request) => Guarded(() =>
    {
        Span<byte> dataKey = stackalloc byte[32];
        try
        {
            var state = DataKey(request, dataKey);
            if (state != PayloadState.Open)
                return new OpenAnswer(state, null);

            var (content, salt) = PayloadOpener.Content(
                request.Part.Span, dataKey, request.Record, request.Field, request.Hmac);
            return new OpenAnswer(state, content, salt);
        }
        catch (CryptographicException)
        {
            return new OpenAnswer(PayloadState.Lost, null); // changed on disk, or its key is gone: an answer, no fault
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    });

    public IReadOnlyList<KeyGroup> Find(string subject) => Guarded(() =>
    {
        var alias = KeyGroupFile.AliasOf(subject);
        return _numbers.Where(g => FileOf(g.Value).Has(alias)).Select(g => g.Key).ToList();
    });

    public IReadOnlyList<GroupStatus> List() => Guarded(() => _numbers.Values.Select(number =>
    {
        var (group, state, keys) = KeyGroupFile.Peek(PathOf(number));
        return new GroupStatus(group, state, keys);
    }).ToList());

    public GoneAnswer IsGone(GoneRequest request) => Guarded(() =>
    {
        var any = false;
        foreach (var wrap in WrapsOf(request.Node).Between(request.From, request.Before))
        {
            any = true;
            var state = wrap.State == PayloadState.Open ? FileOf(wrap.Group).StateOf(wrap.Key) : wrap.State;
            if (state is not (PayloadState.Erased or PayloadState.TermEnded))
                return new GoneAnswer(false);
        }

        return new GoneAnswer(any && WrapsOf(request.Node).HasPassed(request.Before));
    });

    public DestroyAnswer Erase(EraseRequest request) => Guarded(() =>
    {
        if (_acts.Has(request.Act))
            return new DestroyAnswer(0, 0, IsRepeated: true);

        var (keys, payloads) = (0, 0);
        if (request.Subject is { } subject)
        {
            var alias = KeyGroupFile.AliasOf(subject);
            keys = request.Groups.Sum(group =>
                _numbers.TryGetValue(group, out var number) ? FileOf(number).Erase(alias, request.At) : 0);
        }

        foreach (var place in request.Places)
            payloads += WrapsOf(place.Node).Erase(place.NodeSeq);

        _acts.Add(new VaultAct
        {
            Act = request.Act,
            At = request.At,
            Subject = request.Subject,
            Groups = request.Groups,
            Places = request.Places,
        });
        return new DestroyAnswer(keys, payloads, IsRepeated: false);
    });

    public DestroyAnswer EndTerm(EndTermRequest request) => Guarded(() =>
    {
        if (_acts.Has(request.Act))
            return new DestroyAnswer(0, 0, IsRepeated: true);

        var spared = request.Spared.Select(KeyGroupFile.AliasOf).ToList();
        var keys = request.Groups
            .Sum(group => _numbers.TryGetValue(group, out var number) ? FileOf(number).EndTerm(spared) : 0);
        _acts.Add(new VaultAct
        {
            Act = request.Act,
            At = request.At,
            Groups = request.Groups,
            Spared = request.Spared,
        });
        return new DestroyAnswer(keys, 0, IsRepeated: false);
    });

    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    /// <summary>One at a time. After a fault of the disk all files are closed, and cut back when they are opened
    /// again.</summary>
    private T Guarded<T>(Func<T> act)
    {
        lock (_gate)
        {
            try
            {
                var answer = act();
                if (_files.Count > MaxOpenFiles)
                    Close();

                return answer;
            }
            catch (IOException)
            {
                foreach (var number in _touched.Where(_files.ContainsKey))
                    _toCut[number] = _files[number].Slots.Synced;

                _touched.Clear();
                Close();
                throw;
            }
        }
    }

    private Wrap Wrap(RewrapItem item)
    {
        var group = new KeyGroup(
            item.System, item.Class ?? _hours.ClassOf(item.Header.Span) ?? "unknown", KeyGroup.MonthOf(item.Time));
        var state = _acts.StateOf(item.Place, group, item.Subject, item.Time);
        if (state != PayloadState.Open)
            return new Wrap(state, 0, 0, default);

        var sealedKey = new byte[Vault.Wrap.SealedLength];
        var dataKey = sealedKey.AsSpan(28);
        try
        {
            _hours.Unwrap(item.Header.Span, item.Record, item.Field, dataKey);
            var number = NumberOf(group);
            var file = FileOf(number);
            var key = file.KeyFor(KeyGroupFile.AliasOf(item.Subject), KeyTime());
            _touched.Add(number);
            if (!_round.Has(number, key) && file.Read(key, _round.Take(number, key)) != PayloadState.Open)
                throw new CryptographicException("The subject's key is gone.");

            Span<byte> aad = stackalloc byte[17];
            PayloadSealer.Aad(item.Record, item.Field, aad);
            var nonce = sealedKey.AsSpan(0, RoundKeys.NonceLength);
            _round.NextNonce(nonce);
            OpenSslContexts.Encrypt(_round.Key, nonce, dataKey, sealedKey.AsSpan(12, 16), aad);
            return new Wrap(PayloadState.Open, number, key, sealedKey);
        }
        catch (CryptographicException)
        {
            CryptographicOperations.ZeroMemory(dataKey);
            _round.Drop();
            return new Wrap(PayloadState.Lost, 0, 0, default); // it must not hold up those behind it; it is counted
        }
    }

    private PayloadState DataKey(OpenRequest request, Span<byte> dataKey)
    {
        if (WrapsOf(request.Place.Node).Find(request.Place.NodeSeq, request.Field) is not { } wrap)
        {
            // not yet under its subject's key: the gateway's own still opens it, unless it was erased meanwhile
            var state = _acts.StateOf(request.Place, null, request.Subject, request.Time ?? DateTimeOffset.MaxValue);
            if (state == PayloadState.Open)
                _hours.Unwrap(request.Part.Span, request.Record, request.Field, dataKey);

            return state;
        }

        if (wrap.State != PayloadState.Open)
            return wrap.State;

        Span<byte> subjectKey = stackalloc byte[32];
        var found = FileOf(wrap.Group).Read(wrap.Key, subjectKey);
        if (found == PayloadState.Open)
        {
            Span<byte> aad = stackalloc byte[17];
            PayloadSealer.Aad(request.Record, request.Field, aad);
            var sealedKey = wrap.Sealed.Span;
            using var cipher = new AesGcm(subjectKey, 16);
            cipher.Decrypt(sealedKey[..12], sealedKey[28..], sealedKey.Slice(12, 16), dataKey, aad);
        }

        CryptographicOperations.ZeroMemory(subjectKey);
        return found;
    }

    /// <summary>After every act so far, whatever the clock does: an act done again must reach no newer key.</summary>
    private DateTimeOffset KeyTime()
    {
        var now = _time.GetUtcNow();
        var after = _acts.Newest + TimeSpan.FromMicroseconds(1);
        return now > after ? now : after;
    }

    private uint NumberOf(KeyGroup group)
    {
        if (_numbers.TryGetValue(group, out var known))
            return known;

        var number = _numbers.Count == 0 ? 1 : _numbers.Values.Max() + 1;
        KeyGroupFile.Create(PathOf(number), group, _payloadKey);
        return _numbers[group] = number;
    }

    private KeyGroupFile FileOf(uint number)
    {
        if (_files.TryGetValue(number, out var open))
            return open;

        var file = KeyGroupFile.Open(
            PathOf(number), _payloadKey, _toCut.TryGetValue(number, out var known) ? known : null);
        _toCut.Remove(number);
        return _files[number] = file;
    }

    private WrapFolder WrapsOf(string node)
    {
        if (!_wraps.TryGetValue(node, out var wraps))
        {
            wraps = WrapFolder.Open(Path.Combine(_folder, "wraps", node), _cursor.Nodes.GetValueOrDefault(node));
            _wraps[node] = wraps;
        }

        return wraps;
    }

    private string PathOf(uint number) =>
        Path.Combine(Keys, number.ToString("D10", CultureInfo.InvariantCulture) + ".keys");

    private void Close()
    {
        foreach (var file in _files.Values)
            file.Dispose();

        foreach (var wraps in _wraps.Values)
            wraps.Dispose();

        _files.Clear();
        _wraps.Clear();
    }
}
