using System.Security.Cryptography;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Tests.Statements;

public sealed class OpenSslContextsTests
{
    [Fact]
    public void A_hash_over_two_pieces_is_the_frameworks_over_both()
    {
        var random = new Random(41);
        var hash = new byte[32];
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[random.Next(0, 5000)];
            random.NextBytes(bytes);
            var cut = random.Next(0, bytes.Length + 1);

            OpenSslContexts.Hash(bytes.AsSpan(0, cut), bytes.AsSpan(cut), hash);

            Assert.Equal(SHA256.HashData(bytes), hash);
        }
    }

    [Fact]
    public void What_is_encrypted_the_framework_decrypts_with_the_same_key_nonce_and_addition()
    {
        var random = new Random(42);
        for (var round = 0; round < 500; round++)
        {
            var (key, nonce, tag) = (new byte[32], new byte[12], new byte[16]);
            var (plain, addition) = (new byte[random.Next(0, 5000)], new byte[random.Next(0, 40)]);
            foreach (var part in new[] { key, nonce, plain, addition })
                random.NextBytes(part);

            var text = plain.ToArray();
            OpenSslContexts.Encrypt(key, nonce, text, tag, addition);

            using var framework = new AesGcm(key, 16);
            var opened = new byte[text.Length];
            framework.Decrypt(nonce, text, tag, opened, addition);
            Assert.Equal(plain, opened);
        }
    }

    [Fact]
    public void What_the_framework_encrypts_is_decrypted_in_place()
    {
        var random = new Random(43);
        for (var round = 0; round < 500; round++)
        {
            var (key, nonce, tag) = (new byte[32], new byte[12], new byte[16]);
            var (plain, addition) = (new byte[random.Next(0, 5000)], new byte[random.Next(0, 40)]);
            foreach (var part in new[] { key, nonce, plain, addition })
                random.NextBytes(part);

            var text = new byte[plain.Length];
            using var framework = new AesGcm(key, 16);
            framework.Encrypt(nonce, plain, text, tag, addition);

            Assert.True(OpenSslContexts.TryDecrypt(key, nonce, text, tag, addition));
            Assert.Equal(plain, text);
        }
    }

    [Theory]
    [InlineData("key")]
    [InlineData("nonce")]
    [InlineData("text")]
    [InlineData("tag")]
    [InlineData("addition")]
    public void One_changed_bit_anywhere_is_found_and_the_next_text_still_opens(string changed)
    {
        var parts = new Dictionary<string, byte[]>
        {
            ["key"] = new byte[32],
            ["nonce"] = new byte[12],
            ["text"] = new byte[100],
            ["tag"] = new byte[16],
            ["addition"] = new byte[17],
        };
        OpenSslContexts.Encrypt(parts["key"], parts["nonce"], parts["text"], parts["tag"], parts["addition"]);
        var whole = parts["text"].ToArray();
        parts[changed][3] ^= 1;

        Assert.False(OpenSslContexts.TryDecrypt(
            parts["key"], parts["nonce"], parts["text"].ToArray(), parts["tag"], parts["addition"]));
        parts[changed][3] ^= 1;
        Assert.True(OpenSslContexts.TryDecrypt(
            parts["key"], parts["nonce"], whole, parts["tag"], parts["addition"]));
        Assert.Equal(new byte[100], whole);
    }

    [Fact]
    public void An_authentication_code_is_the_frameworks()
    {
        var random = new Random(44);
        var mac = new byte[32];
        for (var round = 0; round < 500; round++)
        {
            var (key, text) = (new byte[random.Next(1, 200)], new byte[random.Next(0, 5000)]);
            random.NextBytes(key);
            random.NextBytes(text);

            OpenSslContexts.Authenticate(key, text, mac);

            Assert.Equal(HMACSHA256.HashData(key, text), mac);
        }
    }

    [Fact]
    public void After_keys_are_forgotten_the_next_one_works_as_before()
    {
        var (key, nonce, tag) = (new byte[32], new byte[12], new byte[16]);
        var (first, second) = (new byte[50], new byte[50]);
        OpenSslContexts.Encrypt(key, nonce, first, tag, []);
        Assert.True(OpenSslContexts.TryDecrypt(key, nonce, first, tag, []));

        OpenSslContexts.ForgetKeys();
        OpenSslContexts.Encrypt(key, nonce, second, tag, []);

        Assert.True(OpenSslContexts.TryDecrypt(key, nonce, second, tag, []));
        Assert.Equal(new byte[50], second);
    }

    [Fact]
    public void Many_threads_hash_and_encrypt_at_once_without_mixing()
    {
        Parallel.For(0, 64, i =>
        {
            var bytes = new byte[1 + (i * 37)];
            new Random(i).NextBytes(bytes);
            var (key, nonce, tag, hash) = (new byte[32], new byte[12], new byte[16], new byte[32]);
            key[0] = (byte)i;
            for (var round = 0; round < 50; round++)
            {
                OpenSslContexts.Hash(bytes, [], hash);
                Assert.Equal(SHA256.HashData(bytes), hash);

                var text = bytes.ToArray();
                OpenSslContexts.Encrypt(key, nonce, text, tag, []);
                using var framework = new AesGcm(key, 16);
                framework.Decrypt(nonce, text, tag, text);
                Assert.Equal(bytes, text);
            }
        });
    }

    [Theory]
    [InlineData(31, 12, 16)]
    [InlineData(32, 11, 16)]
    [InlineData(32, 12, 12)]
    public void Lengths_that_the_cipher_does_not_take_are_refused(int key, int nonce, int tag)
    {
        Assert.Throws<ArgumentException>(
            () => OpenSslContexts.Encrypt(new byte[key], new byte[nonce], new byte[8], new byte[tag], []));
        Assert.Throws<ArgumentException>(
            () => OpenSslContexts.TryDecrypt(new byte[key], new byte[nonce], new byte[8], new byte[tag], []));
    }
}
