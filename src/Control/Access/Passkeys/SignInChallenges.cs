using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Provost.Control.Access.Passkeys;

/// <summary>
/// Challenges of sign-ins: 16 random bytes, their end in Unix milliseconds (8 bytes, big-endian) and HMAC-SHA-256 over
/// both under a key of this process. Whoever asks for one costs no memory; only those that let somebody in are
/// remembered, until their end, so that none does so twice.
/// </summary>
internal sealed class SignInChallenges(TimeProvider time)
{
    /// <summary>How long one is good.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private const int Signed = 24;
    private const int Size = Signed + HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new(StringComparer.Ordinal);

    /// <summary>A new one, base64url.</summary>
    public string Next()
    {
        var challenge = new byte[Size];
        RandomNumberGenerator.Fill(challenge.AsSpan(0, 16));
        BinaryPrimitives.WriteInt64BigEndian(
            challenge.AsSpan(16), (time.GetUtcNow() + Life).ToUnixTimeMilliseconds());
        HMACSHA256.HashData(_key, challenge.AsSpan(0, Signed), challenge.AsSpan(Signed));
        return Base64Url.EncodeToString(challenge);
    }

    /// <summary>The bytes of one that this process gave, not too long ago, and that let nobody in yet; null for any
    /// other.</summary>
    public byte[]? Open(string text)
    {
        var challenge = new byte[Size];
        return text.Length < 2 * Size
            && Base64Url.DecodeFromChars(text, challenge, out _, out var length) == OperationStatus.Done
            && length == Size && Base64Url.EncodeToString(challenge) == text
            && CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(_key, challenge.AsSpan(0, Signed)), challenge.AsSpan(Signed))
            && time.GetUtcNow() < EndOf(challenge) && !_used.ContainsKey(text)
                ? challenge
                : null;
    }

    /// <summary>Uses one up; false when somebody was faster.</summary>
    public bool Use(string text, byte[] challenge)
    {
        var now = time.GetUtcNow();
        foreach (var (over, _) in _used.Where(u => u.Value <= now))
            _used.TryRemove(over, out _);

        return _used.TryAdd(text, EndOf(challenge));
    }

    private static DateTimeOffset EndOf(byte[] challenge) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(challenge.AsSpan(16)));
}
