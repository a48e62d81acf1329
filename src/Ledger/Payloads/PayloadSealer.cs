using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Records;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Seals payloads in the gateway before anything touches a disk. Per node, retention class and hour one AES-256 key,
/// sealed once to the payload key (RSA, OAEP with SHA-256); each payload under a fresh data key that the hour's key
/// wraps (AES-256-GCM both, additional data: decision id and field). Safe for concurrent use.
/// </summary>
/// <remarks>
/// A sealed part: version 1, 16 bytes hour-key id, 12 bytes nonce and 16 bytes tag of the wrapped data key with its 32
/// bytes, 12 bytes nonce and 16 bytes tag of the content, then the content: 32 bytes salt and the payload. The file of
/// an hour key: version 1, 16 bytes id, 8 bytes payload-key id, int64 hour and uint16 length of the class
/// (little-endian), the class in UTF-8, then the OAEP ciphertext.
/// </remarks>
/// <param name="hourFolder">Where sealed hour keys are kept, one file each, named by id.</param>
/// <param name="time">The clock that hours are told by.</param>
public sealed class PayloadSealer(string hourFolder, TimeProvider time)
{
    internal const int SaltLength = 32;
    private const int RandomLength = SaltLength + 32 + 12 + 12;
    internal const int HeaderLength = 1 + 16 + 12 + 16 + 32 + 12 + 16;

    private readonly ConcurrentDictionary<(string Class, long Hour), HourKey> _hours = new();
    private readonly Lock _making = new();
    private RSA? _payloadKey;
    private byte[] _payloadKeyId = new byte[8];

    /// <summary>Takes the payload key that the snapshot names; a new one starts new hour keys.</summary>
    /// <param name="subjectPublicKeyInfo">DER.</param>
    public void UsePayloadKey(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        var id = SHA256.HashData(subjectPublicKeyInfo)[..8];
        if (_payloadKey is not null && id.AsSpan().SequenceEqual(_payloadKeyId))
            return;

        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        (_payloadKey, _payloadKeyId) = (key, id);
        _hours.Clear();
    }

    /// <summary>
    /// Seals one payload into the draft and returns what the record says of it. With capture
    /// <see cref="Capture.Digest"/> nothing is stored: the salt stays with nobody, the commitment can only be matched.
    /// </summary>
    /// <param name="draft">Where the sealed part goes.</param>
    /// <param name="decision">The decision (or record) the payload belongs to.</param>
    /// <param name="field">Which payload.</param>
    /// <param name="retentionClass">Retention class of the system, for example <c>customer-decision</c>.</param>
    /// <param name="media">Media type of the content.</param>
    /// <param name="capture">How much of it is kept; the caller gives redacted content for redacted.</param>
    /// <param name="content">The payload.</param>
    public Commitment Seal(
        RecordDraft draft, Guid decision, PayloadField field, string retentionClass, string media, Capture capture,
        ReadOnlySpan<byte> content)
    {
        Span<byte> random = stackalloc byte[RandomLength];
        RandomBytes.Fill(random);
        Span<byte> hmac = stackalloc byte[32];
        OpenSslContexts.Authenticate(random[..SaltLength], content, hmac);
        if (capture != Capture.Digest)
            SealPart(draft, decision, field, HourFor(retentionClass), random, content);

        CryptographicOperations.ZeroMemory(random);
        return new Commitment(Convert.ToBase64String(hmac), content.Length, media, capture);
    }

    internal static void Aad(Guid decision, PayloadField field, Span<byte> aad)
    {
        decision.TryWriteBytes(aad, bigEndian: true, out _);
        aad[16] = (byte)field;
    }

    /// <param name="random">Salt, data key, the nonces of the wrapped key and of the content.</param>
    private static void SealPart(
        RecordDraft draft, Guid decision, PayloadField field, HourKey hour, ReadOnlySpan<byte> random,
        ReadOnlySpan<byte> content)
    {
        var salt = random[..SaltLength];
        var dataKey = random.Slice(SaltLength, 32);
        Span<byte> aad = stackalloc byte[17];
        Aad(decision, field, aad);

        var part = draft.AddPart((byte)field, HeaderLength + SaltLength + content.Length);
        part[0] = 1;
        hour.Id.CopyTo(part[1..]);
        random.Slice(SaltLength + 32, 12).CopyTo(part[17..]);
        dataKey.CopyTo(part[45..]);
        OpenSslContexts.Encrypt(hour.Key, part.Slice(17, 12), part.Slice(45, 32), part.Slice(29, 16), aad);

        random.Slice(SaltLength + 32 + 12, 12).CopyTo(part[77..]);
        var plain = part[HeaderLength..];
        salt.CopyTo(plain);
        content.CopyTo(plain[SaltLength..]);
        OpenSslContexts.Encrypt(dataKey, part.Slice(77, 12), plain, part.Slice(89, 16), aad);
    }

    /// <summary>
    /// Makes the hour's keys ahead, so that no call waits for a disk: at each snapshot, and by a timer before the hour.
    /// </summary>
    public void Prepare(IEnumerable<string> retentionClasses, TimeSpan ahead)
    {
        var hour = (time.GetUtcNow() + ahead).ToUnixTimeSeconds() / 3600;
        foreach (var retentionClass in retentionClasses)
            _ = HourFor(retentionClass, hour);
    }

    private HourKey HourFor(string retentionClass) =>
        HourFor(retentionClass, time.GetUtcNow().ToUnixTimeSeconds() / 3600);

    private HourKey HourFor(string retentionClass, long hour)
    {
        if (_hours.TryGetValue((retentionClass, hour), out var known))
            return known;

        lock (_making)
        {
            if (_hours.TryGetValue((retentionClass, hour), out known))
                return known;

            var payloadKey = _payloadKey
                ?? throw new InvalidOperationException("No payload key was taken from a snapshot yet.");
            var made = HourKey.Make(hour, retentionClass, payloadKey, _payloadKeyId);

            // durable before its first use: a lost key would lose the hour
            Directory.CreateDirectory(hourFolder);
            DurableFile.Replace(Path.Combine(hourFolder, Convert.ToHexStringLower(made.Id)), made.Sealed);
            foreach (var old in _hours.Keys.Where(k => k.Hour < hour - 1))
                _hours.TryRemove(old, out _);

            return _hours[(retentionClass, hour)] = made;
        }
    }

    private sealed class HourKey
    {
        private HourKey(byte[] id, byte[] key, byte[] sealedKey) =>
            (Id, Key, Sealed) = (id, key, sealedKey);

        public byte[] Id { get; }

        public byte[] Key { get; }

        public byte[] Sealed { get; }

        public static HourKey Make(long hour, string retentionClass, RSA payloadKey, byte[] payloadKeyId)
        {
            var key = RandomNumberGenerator.GetBytes(32);
            var id = RandomNumberGenerator.GetBytes(16);
            var cipher = payloadKey.Encrypt(key, RSAEncryptionPadding.OaepSHA256);
            var name = Encoding.UTF8.GetBytes(retentionClass);
            var part = new byte[1 + 16 + 8 + 8 + 2 + name.Length + cipher.Length];
            part[0] = 1;
            id.CopyTo(part, 1);
            payloadKeyId.CopyTo(part, 17);
            BinaryPrimitives.WriteInt64LittleEndian(part.AsSpan(25), hour);
            BinaryPrimitives.WriteUInt16LittleEndian(part.AsSpan(33), (ushort)name.Length);
            name.CopyTo(part, 35);
            cipher.CopyTo(part, 35 + name.Length);
            return new HourKey(id, key, part);
        }
    }
}
