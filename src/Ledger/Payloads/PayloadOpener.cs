using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Provost.Ledger.Records;

namespace Provost.Ledger.Payloads;

/// <summary>
/// Opens sealed payloads with the private half of the payload key: the vault's work. Checks the commitment of the
/// record, so what it gives out is what was committed to.
/// </summary>
public sealed class PayloadOpener(string hourFolder, RSA payloadKey)
{
    private readonly ConcurrentDictionary<string, byte[]> _hours = new(StringComparer.Ordinal);

    /// <summary>The payload's bytes.</summary>
    /// <exception cref="CryptographicException">It was changed, is of another decision or field, or its key is
    /// gone.</exception>
    public byte[] Open(ReadOnlySpan<byte> part, Guid decision, PayloadField field, string? hmac)
    {
        if (part.Length < PayloadSealer.HeaderLength + PayloadSealer.SaltLength || part[0] != 1)
            throw new CryptographicException("This is no sealed payload of version 1.");

        Span<byte> aad = stackalloc byte[17];
        PayloadSealer.Aad(decision, field, aad);
        Span<byte> dataKey = stackalloc byte[32];
        using (var wrap = new AesGcm(HourKey(Convert.ToHexStringLower(part.Slice(1, 16))), 16))
        {
            wrap.Decrypt(part.Slice(17, 12), part.Slice(45, 32), part.Slice(29, 16), dataKey, aad);
        }

        var plain = new byte[part.Length - PayloadSealer.HeaderLength];
        using (var aes = new AesGcm(dataKey, 16))
        {
            aes.Decrypt(part.Slice(77, 12), part[PayloadSealer.HeaderLength..], part.Slice(89, 16), plain, aad);
        }

        CryptographicOperations.ZeroMemory(dataKey);
        var content = plain.AsSpan(PayloadSealer.SaltLength);
        if (hmac is not null)
        {
            var computed = HMACSHA256.HashData(plain.AsSpan(0, PayloadSealer.SaltLength), content);
            if (!CryptographicOperations.FixedTimeEquals(computed, Convert.FromBase64String(hmac)))
                throw new CryptographicException("The payload is not the one that the record commits to.");
        }

        return content.ToArray();
    }

    private byte[] HourKey(string id) => _hours.GetOrAdd(id, name =>
    {
        var file = Path.Combine(hourFolder, name);
        if (!File.Exists(file))
            throw new CryptographicException("The key of that hour is gone; the payload cannot be opened any more.");

        var sealedKey = File.ReadAllBytes(file);
        var at = 35 + BinaryPrimitives.ReadUInt16LittleEndian(sealedKey.AsSpan(33));
        return payloadKey.Decrypt(sealedKey.AsSpan(at), RSAEncryptionPadding.OaepSHA256);
    });
}
