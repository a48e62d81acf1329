using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Records;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Opens sealed payloads with the private half of the payload key: the vault's work. Checks the commitment of the
/// record, so what it gives out is what was committed to.
/// </summary>
public sealed class PayloadOpener(string hourFolder, RSA payloadKey)
{
    private readonly ConcurrentDictionary<UInt128, byte[]> _hours = [];

    /// <summary>The payload's bytes.</summary>
    /// <exception cref="CryptographicException">It was changed, is of another decision or field, or its key is
    /// gone.</exception>
    public byte[] Open(ReadOnlySpan<byte> part, Guid decision, PayloadField field, string? hmac)
    {
        Span<byte> dataKey = stackalloc byte[32];
        Unwrap(part, decision, field, dataKey);
        try
        {
            return Content(part, dataKey, decision, field, hmac).Content;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>The data key of a part whose header this is.</summary>
    internal void Unwrap(ReadOnlySpan<byte> header, Guid decision, PayloadField field, Span<byte> dataKey)
    {
        if (header.Length < PayloadSealer.HeaderLength || header[0] != 1)
            throw new CryptographicException("This is no sealed payload of version 1.");

        Span<byte> aad = stackalloc byte[17];
        PayloadSealer.Aad(decision, field, aad);
        header.Slice(45, 32).CopyTo(dataKey);
        if (!OpenSslContexts.TryDecrypt(HourKey(header), header.Slice(17, 12), dataKey, header.Slice(29, 16), aad))
            throw new CryptographicException("The payload's key was changed, or is of another decision or field.");
    }

    /// <summary>What a part holds, opened with its data key and held against the record's commitment, and the salt
    /// that this is under.</summary>
    internal static (byte[] Content, byte[] Salt) Content(
        ReadOnlySpan<byte> part, ReadOnlySpan<byte> dataKey, Guid decision, PayloadField field, string? hmac)
    {
        if (part.Length < PayloadSealer.HeaderLength + PayloadSealer.SaltLength || part[0] != 1)
            throw new CryptographicException("This is no sealed payload of version 1.");

        Span<byte> aad = stackalloc byte[17];
        PayloadSealer.Aad(decision, field, aad);
        var plain = new byte[part.Length - PayloadSealer.HeaderLength];
        using (var aes = new AesGcm(dataKey, 16))
        {
            aes.Decrypt(part.Slice(77, 12), part[PayloadSealer.HeaderLength..], part.Slice(89, 16), plain, aad);
        }

        var content = plain.AsSpan(PayloadSealer.SaltLength);
        if (hmac is not null)
        {
            var computed = HMACSHA256.HashData(plain.AsSpan(0, PayloadSealer.SaltLength), content);
            if (!CryptographicOperations.FixedTimeEquals(computed, Convert.FromBase64String(hmac)))
                throw new CryptographicException("The payload is not the one that the record commits to.");
        }

        return (content.ToArray(), plain[..PayloadSealer.SaltLength]);
    }

    /// <summary>The retention class that the part's hour key was made for; null when the key is gone.</summary>
    internal string? ClassOf(ReadOnlySpan<byte> header)
    {
        if (header.Length < PayloadSealer.HeaderLength)
            return null;

        var file = Path.Combine(hourFolder, HourOf(header));
        if (!File.Exists(file))
            return null;

        var key = File.ReadAllBytes(file).AsSpan();
        return Encoding.UTF8.GetString(key.Slice(35, BinaryPrimitives.ReadUInt16LittleEndian(key[33..])));
    }

    /// <summary>Destroys the keys of hours that ended by then; gives how many.</summary>
    internal int Drop(DateTimeOffset ended)
    {
        var dropped = HourKeys.Drop(hourFolder, ended);
        foreach (var id in dropped)
        {
            if (_hours.TryRemove(UInt128.Parse(id, NumberStyles.HexNumber, CultureInfo.InvariantCulture), out var key))
                CryptographicOperations.ZeroMemory(key);
        }

        return dropped.Count;
    }

    private static string HourOf(ReadOnlySpan<byte> header) => Convert.ToHexStringLower(header.Slice(1, 16));

    private byte[] HourKey(ReadOnlySpan<byte> header)
    {
        var id = BinaryPrimitives.ReadUInt128BigEndian(header.Slice(1, 16));
        return _hours.TryGetValue(id, out var known) ? known : _hours.GetOrAdd(id, OpenHour(HourOf(header)));
    }

    private byte[] OpenHour(string name)
    {
        var file = Path.Combine(hourFolder, name);
        if (!File.Exists(file))
            throw new CryptographicException("The key of that hour is gone; the payload cannot be opened any more.");

        var sealedKey = File.ReadAllBytes(file);
        var at = 35 + BinaryPrimitives.ReadUInt16LittleEndian(sealedKey.AsSpan(33));
        return payloadKey.Decrypt(sealedKey.AsSpan(at), RSAEncryptionPadding.OaepSHA256);
    }
}
