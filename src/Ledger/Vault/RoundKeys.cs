using System.Security.Cryptography;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Vault;

/// <summary>
/// What one round of re-wrapping keeps in memory: the subject's key that was used last (payloads of one subject, or of
/// none, follow each other) and nonces drawn at once. After the round nothing of it is left. Not safe for concurrent
/// use.
/// </summary>
internal sealed class RoundKeys
{
    public const int NonceLength = 12;

    private readonly byte[] _key = new byte[32];
    private (uint File, int Key)? _of;
    private byte[] _nonces = [];
    private int _used;

    /// <summary>The key that <see cref="Take"/> was last asked for.</summary>
    public ReadOnlySpan<byte> Key => _key;

    /// <param name="payloads">Most nonces that are asked for.</param>
    public void Begin(int payloads) => (_nonces, _used) = (RandomNumberGenerator.GetBytes(payloads * NonceLength), 0);

    public bool Has(uint file, int key) => _of == (file, key);

    /// <summary>The place to read a key into.</summary>
    public Span<byte> Take(uint file, int key)
    {
        _of = (file, key);
        return _key;
    }

    public void NextNonce(Span<byte> nonce)
    {
        _nonces.AsSpan(_used, NonceLength).CopyTo(nonce);
        _used += NonceLength;
    }

    /// <summary>Forgets the key: it could not be read.</summary>
    public void Drop()
    {
        CryptographicOperations.ZeroMemory(_key);
        _of = null;
    }

    /// <summary>Wipes what the round used, in the ciphers of this thread too.</summary>
    public void End()
    {
        Drop();
        OpenSslContexts.ForgetKeys();
    }
}
