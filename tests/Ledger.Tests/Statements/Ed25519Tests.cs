using System.Security.Cryptography;

namespace Provost.Ledger.Statements;

public sealed class Ed25519Tests
{
    /// <summary>RFC 8032 section 7.1, TEST 1 to 3 and SHA(abc): seed, public key, message, signature.</summary>
    public static TheoryData<string, string, string, string> Vectors => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Agrees_with_rfc_8032(string seed, string publicKey, string message, string signature)
    {
        using var key = Ed25519PrivateKey.FromSeed(Convert.FromHexString(seed));
        var bytes = Convert.FromHexString(message);

        Assert.Equal(publicKey, Convert.ToHexStringLower(key.PublicKey.Bytes));
        Assert.Equal(signature, Convert.ToHexStringLower(key.Sign(bytes)));
        Assert.True(key.PublicKey.Verify(bytes, Convert.FromHexString(signature)));
        Assert.Equal(seed, Convert.ToHexStringLower(key.ExportSeed()));
    }

    [Fact]
    public void Refuses_any_changed_bit_of_a_signature()
    {
        using var key = Ed25519PrivateKey.Generate();
        var message = "paid"u8.ToArray();
        var signature = key.Sign(message);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.PublicKey.Verify(message, signature));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(key.PublicKey.Verify(message, signature));
        Assert.False(key.PublicKey.Verify("Paid"u8, signature));
        Assert.False(key.PublicKey.Verify(message, signature.AsSpan(1)));
        Assert.False(key.PublicKey.Verify(message, []));
    }

    [Fact]
    public void Refuses_a_signature_of_another_key()
    {
        using var one = Ed25519PrivateKey.Generate();
        using var other = Ed25519PrivateKey.Generate();

        Assert.False(other.PublicKey.Verify("m"u8, one.Sign("m"u8)));
    }

    [Fact]
    public void Gives_public_keys_a_text_form_and_equality_by_value()
    {
        using var key = Ed25519PrivateKey.Generate();
        var copy = Ed25519PublicKey.TryParse(key.PublicKey.ToString());

        Assert.Equal(key.PublicKey, copy);
        Assert.Equal(key.PublicKey.GetHashCode(), copy!.GetHashCode());
        Assert.StartsWith(
            key.PublicKey.KeyId,
            Convert.ToHexStringLower(SHA256.HashData(key.PublicKey.Bytes)),
            StringComparison.Ordinal);
        Assert.Equal(16, key.PublicKey.KeyId.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ed25519:")]
    [InlineData("ed25519:AAAA")]
    [InlineData("ed25519:not base64")]
    public void Refuses_text_that_is_no_public_key(string? text) => Assert.Null(Ed25519PublicKey.TryParse(text));

    [Fact]
    public void Refuses_keys_of_a_wrong_length()
    {
        Assert.Throws<ArgumentException>(() => Ed25519PrivateKey.FromSeed(new byte[31]));
        Assert.Throws<ArgumentException>(() => new Ed25519PublicKey(new byte[33]));
    }

    [Fact]
    public void Signs_from_many_threads_with_one_key()
    {
        using var key = Ed25519PrivateKey.Generate();
        var expected = key.Sign("same"u8);

        Parallel.For(0, 200, _ => Assert.Equal(expected, key.Sign("same"u8)));
    }
}
