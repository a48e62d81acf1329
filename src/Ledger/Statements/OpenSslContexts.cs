using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Statements;

/// <summary>
/// SHA-256 (FIPS 180-4) and AES-256-GCM (NIST SP 800-38D) with contexts that each thread keeps. One-shot calls make a
/// context and look the algorithm up anew each time; for entries and payloads of a kilobyte that is half the price.
/// </summary>
internal static partial class OpenSslContexts
{
    private const string Library = "libcrypto.so.3";
    private const int GetTag = 0x10; // EVP_CTRL_AEAD_GET_TAG of OpenSSL's evp.h
    private const int TagLength = 16;
    private const int KeyLength = 32;
    private const int NonceLength = 12;

    private static readonly nint Sha256 = Fetched(DigestFetch(0, "SHA256", null), "SHA256");
    private static readonly nint Gcm = Fetched(CipherFetch(0, "AES-256-GCM", null), "AES-256-GCM");

    [ThreadStatic]
    private static DigestContext? Digest;

    [ThreadStatic]
    private static CipherContext? Cipher;

    /// <summary>The SHA-256 of two pieces, one after the other, into 32 bytes (which may be part of them).</summary>
    public static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, SHA256.HashSizeInBytes);
        var context = Digest ??= NewDigest();
        Require(DigestInit(context, Sha256, 0), "EVP_DigestInit_ex2");
        Require(DigestUpdate(context, first, (nuint)first.Length), "EVP_DigestUpdate");
        Require(DigestUpdate(context, second, (nuint)second.Length), "EVP_DigestUpdate");
        Require(DigestFinal(context, hash, 0), "EVP_DigestFinal_ex");
    }

    /// <summary>Encrypts in place and writes the tag of 16 bytes. A key and a nonce are used together once.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="text">Plain in, cipher out.</param>
    /// <param name="tag">16 bytes.</param>
    /// <param name="additional">Authenticated, not encrypted.</param>
    public static void Encrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> text, Span<byte> tag,
        ReadOnlySpan<byte> additional)
    {
        if (key.Length != KeyLength || nonce.Length != NonceLength || tag.Length != TagLength)
            throw new ArgumentException("AES-256-GCM takes 32 bytes of key, 12 of nonce and 16 of tag.");

        var context = Cipher ??= NewCipher();
        Require(EncryptInit(context, Gcm, key, nonce, 0), "EVP_EncryptInit_ex2");
        Require(EncryptAdditional(context, 0, out _, additional, additional.Length), "EVP_EncryptUpdate");
        Require(EncryptUpdate(context, text, out var written, text, text.Length), "EVP_EncryptUpdate");
        Require(EncryptFinal(context, text[written..], out _), "EVP_EncryptFinal_ex");
        Require(CipherControl(context, GetTag, TagLength, tag), "EVP_CIPHER_CTX_ctrl");
    }

    private static DigestContext NewDigest()
    {
        var context = DigestNew();
        return context.IsInvalid ? throw Failed("EVP_MD_CTX_new") : context;
    }

    private static CipherContext NewCipher()
    {
        var context = CipherNew();
        return context.IsInvalid ? throw Failed("EVP_CIPHER_CTX_new") : context;
    }

    private static nint Fetched(nint algorithm, string name) => algorithm == 0 ? throw Failed(name) : algorithm;

    private static void Require(int result, string call)
    {
        if (result != 1)
            throw Failed(call);
    }

    private static CryptographicException Failed(string call)
    {
        ClearErrors();
        return new CryptographicException($"OpenSSL: {call} failed.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_MD_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DigestFetch(nint library, string name, string? properties);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CipherFetch(nint library, string name, string? properties);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial DigestContext DigestNew();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void DigestFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestInit_ex2")]
    private static partial int DigestInit(DigestContext context, nint digest, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_DigestUpdate")]
    private static partial int DigestUpdate(DigestContext context, ReadOnlySpan<byte> bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_DigestFinal_ex")]
    private static partial int DigestFinal(DigestContext context, Span<byte> hash, nint length);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    private static partial CipherContext CipherNew();

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    private static partial void CipherFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptInit_ex2")]
    private static partial int EncryptInit(
        CipherContext context, nint cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptUpdate")]
    private static partial int EncryptAdditional(
        CipherContext context, nint output, out int written, ReadOnlySpan<byte> additional, int length);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptUpdate")]
    private static partial int EncryptUpdate(
        CipherContext context, Span<byte> output, out int written, ReadOnlySpan<byte> input, int length);

    [LibraryImport(Library, EntryPoint = "EVP_EncryptFinal_ex")]
    private static partial int EncryptFinal(CipherContext context, Span<byte> output, out int written);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    private static partial int CipherControl(CipherContext context, int type, int argument, Span<byte> data);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();

    internal sealed class DigestContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            DigestFree(handle);
            return true;
        }
    }

    internal sealed class CipherContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            CipherFree(handle);
            return true;
        }
    }
}
