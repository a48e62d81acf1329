using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Statements;

/// <summary>
/// SHA-256 (FIPS 180-4), HMAC over it (FIPS 198-1) and AES-256-GCM (NIST SP 800-38D) with contexts that each thread
/// keeps. One-shot calls make a context and look the algorithm up anew each time; for entries and payloads of a
/// kilobyte that is half the price. A context holds its last key until the next use or <see cref="ForgetKeys"/>.
/// </summary>
internal static partial class OpenSslContexts
{
    private const string Library = "libcrypto.so.3";
    private const int GetTag = 0x10; // EVP_CTRL_AEAD_GET_TAG of OpenSSL's evp.h
    private const int SetTag = 0x11; // EVP_CTRL_AEAD_SET_TAG
    private const int TagLength = 16;
    private const int KeyLength = 32;
    private const int NonceLength = 12;

    private static readonly nint Sha256 = Fetched(DigestFetch(0, "SHA256", null), "SHA256");
    private static readonly nint Gcm = Fetched(CipherFetch(0, "AES-256-GCM", null), "AES-256-GCM");
    private static readonly nint Hmac = Fetched(MacFetch(0, "HMAC", null), "HMAC");

    [ThreadStatic]
    private static DigestContext? Digest;

    [ThreadStatic]
    private static CipherContext? Cipher;

    [ThreadStatic]
    private static CipherContext? Decipher;

    [ThreadStatic]
    private static MacContext? Mac;

    /// <summary>The SHA-256 of two pieces, one after the other, into 32 bytes (which may be part of them).</summary>
    public static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, SHA256.HashSizeInBytes);
        var context = Digest ??= NewDigest();
        Require(DigestInit(context, 0, 0), "EVP_DigestInit_ex2");
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

        var context = Cipher ??= NewCipher(isEncrypting: true);
        Require(EncryptInit(context, 0, key, nonce, 0), "EVP_EncryptInit_ex2");
        Require(EncryptAdditional(context, 0, out _, additional, additional.Length), "EVP_EncryptUpdate");
        Require(EncryptUpdate(context, text, out var written, text, text.Length), "EVP_EncryptUpdate");
        Require(EncryptFinal(context, text[written..], out _), "EVP_EncryptFinal_ex");
        Require(CipherControl(context, GetTag, TagLength, tag), "EVP_CIPHER_CTX_ctrl");
    }

    /// <summary>Decrypts in place; false when key, nonce, additional data and tag do not belong to the text, whose
    /// bytes mean nothing then.</summary>
    /// <inheritdoc cref="Encrypt"/>
    public static bool TryDecrypt(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> text, ReadOnlySpan<byte> tag,
        ReadOnlySpan<byte> additional)
    {
        if (key.Length != KeyLength || nonce.Length != NonceLength || tag.Length != TagLength)
            throw new ArgumentException("AES-256-GCM takes 32 bytes of key, 12 of nonce and 16 of tag.");

        Span<byte> expected = stackalloc byte[TagLength]; // the function takes what it could write to
        tag.CopyTo(expected);
        var context = Decipher ??= NewCipher(isEncrypting: false);
        Require(DecryptInit(context, 0, key, nonce, 0), "EVP_DecryptInit_ex2");
        Require(DecryptAdditional(context, 0, out _, additional, additional.Length), "EVP_DecryptUpdate");
        Require(DecryptUpdate(context, text, out var written, text, text.Length), "EVP_DecryptUpdate");
        Require(CipherControl(context, SetTag, TagLength, expected), "EVP_CIPHER_CTX_ctrl");
        if (DecryptFinal(context, text[written..], out _) == 1)
            return true;

        ClearErrors();
        return false;
    }

    /// <summary>HMAC-SHA-256 of a text into 32 bytes.</summary>
    public static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, Span<byte> mac)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mac.Length, SHA256.HashSizeInBytes);
        ArgumentOutOfRangeException.ThrowIfZero(key.Length); // would mean the key before
        var context = Mac ??= NewMac();
        Require(MacInit(context, key, (nuint)key.Length, 0), "EVP_MAC_init");
        Require(MacUpdate(context, text, (nuint)text.Length), "EVP_MAC_update");
        Require(MacFinal(context, mac, out _, (nuint)mac.Length), "EVP_MAC_final");
    }

    /// <summary>Wipes the keys that this thread's ciphers hold from their last use.</summary>
    public static void ForgetKeys()
    {
        foreach (var (context, isEncrypting) in ((CipherContext?, bool)[])[(Cipher, true), (Decipher, false)])
        {
            if (context is not null)
            {
                Require(CipherReset(context), "EVP_CIPHER_CTX_reset");
                Choose(context, isEncrypting);
            }
        }
    }

    private static DigestContext NewDigest()
    {
        var context = DigestNew();
        if (context.IsInvalid)
            throw Failed("EVP_MD_CTX_new");

        Require(DigestInit(context, Sha256, 0), "EVP_DigestInit_ex2");
        return context;
    }

    private static CipherContext NewCipher(bool isEncrypting)
    {
        var context = CipherNew();
        if (context.IsInvalid)
            throw Failed("EVP_CIPHER_CTX_new");

        Choose(context, isEncrypting);
        return context;
    }

    /// <summary>Once for many uses: naming the algorithm again makes OpenSSL build what lies below anew.</summary>
    private static void Choose(CipherContext context, bool isEncrypting) => Require(
        isEncrypting ? EncryptInit(context, Gcm, [], [], 0) : DecryptInit(context, Gcm, [], [], 0), "EVP_CipherInit");

    /// <summary>HMAC is told its hash once; each key after that keeps it.</summary>
    private static unsafe MacContext NewMac()
    {
        var context = MacNew(Hmac);
        if (context.IsInvalid)
            throw Failed("EVP_MAC_CTX_new");

        fixed (byte* name = "digest\0"u8, hash = "SHA256\0"u8)
        {
            var parameters = stackalloc Parameter[2];
            parameters[0] = new Parameter { Key = name, Type = Parameter.Utf8Text, Data = hash, Size = 6 };
            parameters[1] = default;
            Require(MacSet(context, parameters), "EVP_MAC_CTX_set_params");
        }

        return context;
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

    [LibraryImport(Library, EntryPoint = "EVP_DecryptInit_ex2")]
    private static partial int DecryptInit(
        CipherContext context, nint cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_DecryptUpdate")]
    private static partial int DecryptAdditional(
        CipherContext context, nint output, out int written, ReadOnlySpan<byte> additional, int length);

    [LibraryImport(Library, EntryPoint = "EVP_DecryptUpdate")]
    private static partial int DecryptUpdate(
        CipherContext context, Span<byte> output, out int written, ReadOnlySpan<byte> input, int length);

    [LibraryImport(Library, EntryPoint = "EVP_DecryptFinal_ex")]
    private static partial int DecryptFinal(CipherContext context, Span<byte> output, out int written);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_reset")]
    private static partial int CipherReset(CipherContext context);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint MacFetch(nint library, string name, string? properties);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_new")]
    private static partial MacContext MacNew(nint mac);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_free")]
    private static partial void MacFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_CTX_set_params")]
    private static unsafe partial int MacSet(MacContext context, Parameter* parameters);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_init")]
    private static partial int MacInit(MacContext context, ReadOnlySpan<byte> key, nuint length, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_update")]
    private static partial int MacUpdate(MacContext context, ReadOnlySpan<byte> bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MAC_final")]
    private static partial int MacFinal(MacContext context, Span<byte> mac, out nuint written, nuint size);

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

    internal sealed class MacContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            MacFree(handle);
            return true;
        }
    }

    /// <summary><c>OSSL_PARAM</c> of OpenSSL's core.h; a list of them ends with one that is all zeros.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Parameter
    {
        public const uint Utf8Text = 4; // OSSL_PARAM_UTF8_STRING

        public byte* Key;
        public uint Type;
        public byte* Data;
        public nuint Size;
        public nuint Returned;
    }
}
