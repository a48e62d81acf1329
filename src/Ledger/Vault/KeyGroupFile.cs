using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Spool;

namespace Provost.Ledger.Vault;

/// <summary>
/// The keys of one group. Each subject's AES-256 key is sealed (AES-256-GCM) under the group's key, which is sealed
/// (RSA-OAEP, SHA-256) to the payload key and stands in the head. Destroying a key writes zeros over its slot in place;
/// destroying the group does the same to the head and drops the slots.
/// </summary>
/// <remarks>
/// Head, 1024 bytes: "PVG1", state, class length and system length (bytes), zero, seven bytes month, zero, uint16
/// cipher length (little-endian), the OAEP cipher, class, system, zeros, CRC-32C. Slot: 32 bytes alias (zeros for
/// none), int64 microseconds of its making, state (1 live, 2 erased, 3 term ended), seven zeros, 12 bytes nonce, 16
/// bytes tag, 32 bytes sealed key, zeros. The alias and the time of making are additional data.
/// </remarks>
internal sealed class KeyGroupFile : IDisposable
{
    private const int HeadLength = 1024;
    private const int AliasLength = 32;
    private const int AadLength = AliasLength + sizeof(long);
    private const int StateAt = AadLength;
    private const int NonceAt = 48;
    private const int TagAt = 60;
    private const int KeyAt = 76;

    private readonly RSA _payloadKey;
    private readonly byte[] _head = new byte[HeadLength];
    private Dictionary<UInt128, int>? _live;
    private AesGcm? _cipher;

    private KeyGroupFile(string path, RSA payloadKey, int? known)
    {
        (Path, _payloadKey) = (path, payloadKey);
        Slots = SlotFile.Open(path, HeadLength, known);
        Slots.ReadHead(_head);
        Group = ReadGroup(_head, path);
    }

    public string Path { get; }

    public KeyGroup Group { get; }

    public SlotFile Slots { get; }

    public GroupState State => (GroupState)_head[4];

    /// <summary>The alias as bytes: 32 of base64, or the hash of any other text; zeros for none.</summary>
    public static byte[] AliasOf(string? subject)
    {
        var alias = new byte[AliasLength];
        if (subject is not null
            && !(Convert.TryFromBase64String(subject, alias, out var length) && length == AliasLength))
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(subject), alias);
        }

        return alias;
    }

    public static void Create(string path, KeyGroup group, RSA payloadKey)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        var cipher = payloadKey.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
        CryptographicOperations.ZeroMemory(key);
        var (kind, system) = (Encoding.UTF8.GetBytes(group.Class), Encoding.UTF8.GetBytes(group.System));
        if (kind.Length > byte.MaxValue || system.Length > byte.MaxValue
            || 18 + cipher.Length + kind.Length + system.Length > HeadLength - sizeof(uint))
        {
            throw new ArgumentException("A system's name and a class have at most 200 bytes.", nameof(group));
        }

        var head = new byte[HeadLength];
        "PVG1"u8.CopyTo(head);
        (head[5], head[6]) = ((byte)kind.Length, (byte)system.Length);
        Encoding.ASCII.GetBytes(group.Month, head.AsSpan(8));
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(16), (ushort)cipher.Length);
        cipher.CopyTo(head, 18);
        kind.CopyTo(head, 18 + cipher.Length);
        system.CopyTo(head, 18 + cipher.Length + kind.Length);
        Seal(head);
        SlotFile.Create(path, head);
    }

    /// <param name="path">The file.</param>
    /// <param name="payloadKey">Opens the group's key.</param>
    /// <param name="known">How many keys are durable, where a sync failed before; else null.</param>
    public static KeyGroupFile Open(string path, RSA payloadKey, int? known) => new(path, payloadKey, known);

    /// <summary>The group that a file holds, without opening it for good.</summary>
    public static (KeyGroup Group, GroupState State, int Keys) Peek(string path)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        using var file = File.OpenHandle(path);
        RandomAccess.Read(file, head, 0);
        return (ReadGroup(head, path), (GroupState)head[4],
            (int)((RandomAccess.GetLength(file) - HeadLength) / SlotFile.Size));
    }

    /// <summary>Number of the subject's live key; a new one is made where there is none.</summary>
    public int KeyFor(byte[] alias, DateTimeOffset now)
    {
        if (_live is null)
            LoadLive();

        var name = NameOf(alias);
        if (_live!.TryGetValue(name, out var known))
            return known;

        Span<byte> slot = stackalloc byte[SlotFile.Size];
        slot.Clear();
        alias.CopyTo(slot);
        BinaryPrimitives.WriteInt64LittleEndian(slot[AliasLength..], Micros(now));
        slot[StateAt] = (byte)PayloadState.Open;
        RandomNumberGenerator.Fill(slot[NonceAt..TagAt]);
        Span<byte> key = stackalloc byte[32];
        RandomNumberGenerator.Fill(key);
        Cipher.Encrypt(slot[NonceAt..TagAt], key, slot[KeyAt..(KeyAt + 32)], slot[TagAt..KeyAt], slot[..AadLength]);
        CryptographicOperations.ZeroMemory(key);
        return _live[name] = Slots.Append(slot);
    }

    /// <summary>Gives a key; otherwise says what became of it.</summary>
    public PayloadState Read(int number, Span<byte> key)
    {
        if (State == GroupState.Ended)
            return PayloadState.TermEnded;

        Span<byte> slot = stackalloc byte[SlotFile.Size];
        if (!Slots.TryRead(number, slot) || !IsSound)
            return PayloadState.Lost;

        var state = (PayloadState)slot[StateAt];
        if (state == PayloadState.Open)
            Cipher.Decrypt(slot[NonceAt..TagAt], slot[KeyAt..(KeyAt + 32)], slot[TagAt..KeyAt], key, slot[..AadLength]);

        return state;
    }

    /// <summary>What became of a key, without opening it.</summary>
    public PayloadState StateOf(int number)
    {
        if (State == GroupState.Ended)
            return PayloadState.TermEnded;

        Span<byte> slot = stackalloc byte[SlotFile.Size];
        return Slots.TryRead(number, slot) && IsSound ? (PayloadState)slot[StateAt] : PayloadState.Lost;
    }

    /// <summary>Whether the subject has a live key here.</summary>
    public bool Has(byte[] alias)
    {
        if (_live is null)
            LoadLive();

        return _live!.ContainsKey(NameOf(alias));
    }

    /// <summary>Destroys a subject's keys that were made until then; gives how many were live.</summary>
    public int Erase(byte[] alias, DateTimeOffset at) => End(PayloadState.Erased, slot =>
        slot[..AliasLength].SequenceEqual(alias)
        && BinaryPrimitives.ReadInt64LittleEndian(slot[AliasLength..]) <= Micros(at));

    /// <summary>Destroys all keys but those of the spared; gives how many were live.</summary>
    public int EndTerm(IReadOnlyList<byte[]> spared)
    {
        var isWhole = !spared.Any(Has);
        var ended = End(
            PayloadState.TermEnded, slot => isWhole || !IsAmong(spared, slot[..AliasLength]));
        _head[4] = (byte)(isWhole ? GroupState.Ended : GroupState.PartlyEnded);
        if (isWhole)
            _head.AsSpan(18, BinaryPrimitives.ReadUInt16LittleEndian(_head.AsSpan(16))).Clear();

        Seal(_head);
        Slots.WriteHead(_head);
        Slots.Sync();
        if (isWhole)
        {
            Slots.Clear(); // only once zeros are durable over the keys
            Slots.Sync();
        }

        return ended;
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        Slots.Dispose();
    }

    private AesGcm Cipher
    {
        get
        {
            if (_cipher is not null)
                return _cipher;

            var length = BinaryPrimitives.ReadUInt16LittleEndian(_head.AsSpan(16));
            var key = _payloadKey.Decrypt(_head.AsSpan(18, length), RSAEncryptionPadding.OaepSHA256);
            _cipher = new AesGcm(key, 16);
            CryptographicOperations.ZeroMemory(key);
            return _cipher;
        }
    }

    private bool IsSound =>
        BinaryPrimitives.ReadUInt32LittleEndian(_head.AsSpan()[^4..]) == SpoolFrame.Crc32C(_head.AsSpan()[..^4]);

    /// <summary>A slot that holds zeros is written again: the disk may have failed under the first try.</summary>
    private int End(PayloadState cause, SlotChoice choose)
    {
        var ended = 0;
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        for (var i = 0; i < Slots.Count; i++)
        {
            Slots.TryRead(i, slot);
            if (!choose(slot))
                continue;

            if (slot[StateAt] == (byte)PayloadState.Open)
            {
                ended++;
                slot[StateAt] = (byte)cause;
            }

            slot[NonceAt..SlotFile.Payload].Clear();
            Slots.Overwrite(i, slot);
        }

        _live = null;
        Slots.Sync();
        return ended;
    }

    private void LoadLive()
    {
        _live = [];
        Span<byte> slot = stackalloc byte[SlotFile.Size];
        for (var i = 0; i < Slots.Count; i++)
        {
            if (Slots.TryRead(i, slot) && slot[StateAt] == (byte)PayloadState.Open)
                _live[NameOf(slot)] = i;
        }
    }

    /// <summary>Half of an alias names it: 128 random bits do not meet by chance.</summary>
    private static UInt128 NameOf(ReadOnlySpan<byte> alias) => BinaryPrimitives.ReadUInt128LittleEndian(alias);

    private static bool IsAmong(IReadOnlyList<byte[]> aliases, ReadOnlySpan<byte> alias)
    {
        foreach (var one in aliases)
        {
            if (alias.SequenceEqual(one))
                return true;
        }

        return false;
    }

    private static long Micros(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;

    private static void Seal(Span<byte> head) =>
        BinaryPrimitives.WriteUInt32LittleEndian(head[^4..], SpoolFrame.Crc32C(head[..^4]));

    private static KeyGroup ReadGroup(ReadOnlySpan<byte> head, string path)
    {
        var names = 18 + BinaryPrimitives.ReadUInt16LittleEndian(head[16..]);
        if (!head.StartsWith("PVG1"u8) || names + head[5] + head[6] > HeadLength)
            throw new InvalidDataException($"{path} is no file of keys. Put it back from the newest backup.");

        return new KeyGroup(
            Encoding.UTF8.GetString(head.Slice(names + head[5], head[6])),
            Encoding.UTF8.GetString(head.Slice(names, head[5])),
            Encoding.ASCII.GetString(head.Slice(8, 7)));
    }

    private delegate bool SlotChoice(ReadOnlySpan<byte> slot);
}
