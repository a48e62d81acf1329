namespace Provost.Ledger.Statements;

public sealed class DigestTests
{
    [Fact]
    public void Names_the_algorithm_and_writes_lowercase_digits() => Assert.Equal(
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Digest.Of("abc"u8));

    [Theory]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true)]
    [InlineData("sha256:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false)]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a", false)]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false)]
    [InlineData(null, false)]
    public void Knows_its_own_form(string? text, bool expected) => Assert.Equal(expected, Digest.IsWellFormed(text));

    [Fact]
    public void Hash_and_code_are_the_frameworks()
    {
        var (hash, code) = (new byte[32], new byte[32]);

        Digest.Hash("abc"u8, hash);
        Digest.Authenticate("key"u8, "abc"u8, code);

        Assert.Equal(System.Security.Cryptography.SHA256.HashData("abc"u8), hash);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData("key"u8, "abc"u8), code);
    }
}
