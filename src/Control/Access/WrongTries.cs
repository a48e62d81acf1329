using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Provost.Control.Access;

/// <summary>
/// How often a password was wrong for an address within a minute, in a table that never grows: an address has its
/// place by a keyed hash, whether somebody of that address exists or not. Two addresses may share a place and then
/// count together, so that too much is counted and never too little; without the key of this process nobody can aim
/// for it, and to fill the table takes more tries than password hashing lets through.
/// </summary>
internal sealed class WrongTries(TimeProvider time)
{
    /// <summary>Wrong passwords after which a minute must pass.</summary>
    public const int Most = 5;

    private const int Places = 1 << 16;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _lock = new();
    private readonly (int Count, DateTimeOffset Since)[] _places = new (int, DateTimeOffset)[Places];

    /// <summary>Whether no password is compared for this address now.</summary>
    public bool IsOver(string mail)
    {
        lock (_lock)
        {
            var (count, since) = _places[PlaceOf(mail)];
            return count >= Most && time.GetUtcNow() < since + Window;
        }
    }

    /// <summary>Counts a wrong one.</summary>
    public void Failed(string mail)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            ref var place = ref _places[PlaceOf(mail)];
            place = now < place.Since + Window ? (place.Count + 1, place.Since) : (1, now);
        }
    }

    /// <summary>Forgets them: the right one came.</summary>
    public void Forget(string mail)
    {
        lock (_lock)
            _places[PlaceOf(mail)] = default;
    }

    private int PlaceOf(string mail) => BinaryPrimitives.ReadUInt16LittleEndian(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(mail.ToUpperInvariant())));
}
