using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Provost.Ledger.Statements;

/// <summary>The few calls of OpenSSL 3 that the framework does not offer: Ed25519 (RFC 8032) on raw keys.</summary>
/// <remarks>The library is the one .NET itself runs on. Each call makes its own digest context.</remarks>
internal static partial class OpenSsl
{
    private const string Library = "libcrypto.so.3";

    // NID_ED25519 of OpenSSL's obj_mac.h, which is also the value of EVP_PKEY_ED25519.
    private const int Ed25519Type = 1087;

    public static SafeEvpPKeyHandle PrivateKey(ReadOnlySpan<byte> seed) =>
        Checked(NewRawPrivateKey(Ed25519Type, 0, seed, (nuint)seed.Length), "EVP_PKEY_new_raw_private_key");

    public static SafeEvpPKeyHandle PublicKey(ReadOnlySpan<byte> key) =>
        Checked(NewRawPublicKey(Ed25519Type, 0, key, (nuint)key.Length), "EVP_PKEY_new_raw_public_key");

    public static void ExportSeed(SafeEvpPKeyHandle key, Span<byte> seed)
    {
        var length = (nuint)seed.Length;
        Require(GetRawPrivateKey(key, seed, ref length), "EVP_PKEY_get_raw_private_key");
    }

    public static void ExportPublicKey(SafeEvpPKeyHandle key, Span<byte> publicKey)
    {
        var length = (nuint)publicKey.Length;
        Require(GetRawPublicKey(key, publicKey, ref length), "EVP_PKEY_get_raw_public_key");
    }

    public static void Sign(SafeEvpPKeyHandle key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        using var context = NewContext();
        Require(DigestSignInit(context, 0, 0, 0, key), "EVP_DigestSignInit");
        var length = (nuint)signature.Length;
        Require(DigestSign(context, signature, ref length, message, (nuint)message.Length), "EVP_DigestSign");
    }

    public static bool Verify(SafeEvpPKeyHandle key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var context = NewContext();
        Require(DigestVerifyInit(context, 0, 0, 0, key), "EVP_DigestVerifyInit");

        // 1 is the only yes: 0 is a wrong signature, negative numbers are malformed input.
        var verdict = DigestVerify(
            context, signature, (nuint)signature.Length, message, (nuint)message.Length);
        if (verdict != 1)
            ClearErrors();

        return verdict == 1;
    }

    private static DigestContext NewContext()
    {
        var context = ContextNew();
        return context.IsInvalid ? throw new CryptographicException("OpenSSL: EVP_MD_CTX_new failed.") : context;
    }

    private static SafeEvpPKeyHandle Checked(SafeEvpPKeyHandle key, string call)
    {
        if (!key.IsInvalid)
            return key;

        key.Dispose();
        ClearErrors();
        throw new CryptographicException($"OpenSSL: {call} failed.");
    }

    private static void Require(int result, string call)
    {
        if (result == 1)
            return;

        ClearErrors();
        throw new CryptographicException($"OpenSSL: {call} failed.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    private static partial SafeEvpPKeyHandle NewRawPrivateKey(
        int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    private static partial SafeEvpPKeyHandle NewRawPublicKey(
        int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_private_key")]
    private static partial int GetRawPrivateKey(SafeEvpPKeyHandle key, Span<byte> seed, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    private static partial int GetRawPublicKey(SafeEvpPKeyHandle key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial DigestContext ContextNew();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void ContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int DigestSignInit(
        DigestContext context, nint keyContext, nint digest, nint engine, SafeEvpPKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static partial int DigestSign(
        DigestContext context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int DigestVerifyInit(
        DigestContext context, nint keyContext, nint digest, nint engine, SafeEvpPKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int DigestVerify(
        DigestContext context,
        ReadOnlySpan<byte> signature,
        nuint signatureLength,
        ReadOnlySpan<byte> data,
        nuint length);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();

    internal sealed class DigestContext() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
    {
        protected override bool ReleaseHandle()
        {
            ContextFree(handle);
            return true;
        }
    }
}
