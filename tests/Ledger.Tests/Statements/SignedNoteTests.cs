using System.Text;

namespace Provost.Ledger.Statements;

public sealed class SignedNoteTests : IDisposable
{
    /// <summary>The worked example of Go's golang.org/x/mod/sumdb/note, which defined the format first.</summary>
    private const string Example = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """;

    private const string ExampleKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Verifies_the_published_example()
    {
        var key = NoteVerifierKey.Parse(ExampleKey);

        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(Example), out var note, out var fault), fault);
        Assert.Equal(NoteVerdict.Verified, note.Verify([key]));
        Assert.Equal(ExampleKey, key.ToString());
        Assert.Equal(Example, Encoding.UTF8.GetString(note.ToBytes()));
    }

    /// <summary>The example of c2sp.org/signed-note.</summary>
    [Fact]
    public void Verifies_the_example_of_the_specification()
    {
        const string vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        var text = "This is an example message.\n\n— example.com/foo "
            + "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        var key = NoteVerifierKey.Parse(vkey);

        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out var fault), fault);
        Assert.Equal(NoteVerdict.Verified, note.Verify([key]));
        Assert.Equal((vkey, 0x530d903au), (key.ToString(), key.Id));
        var another = new SignedNote("This is another message.\n", note.Signatures);
        Assert.Equal(NoteVerdict.BadSignature, another.Verify([key]));
    }

    [Fact]
    public void Signs_the_published_example_the_same_way()
    {
        var seed = Convert.FromBase64String("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz").AsSpan(1);
        using var key = Ed25519PrivateKey.FromSeed(seed);
        var text = Example[..(Example.IndexOf("\n\n", StringComparison.Ordinal) + 1)];

        Assert.Equal(Example, Encoding.UTF8.GetString(new NoteSigner("PeterNeumann", key).Sign(text).ToBytes()));
    }

    [Fact]
    public void Keeps_empty_lines_of_the_text()
    {
        var signer = new NoteSigner("example.com/log", _key);
        var bytes = signer.Sign("one\n\n\ntwo\n").ToBytes();

        Assert.True(SignedNote.TryParse(bytes, out var note, out _));
        Assert.Equal("one\n\n\ntwo\n", note.Text);
        Assert.Equal(NoteVerdict.Verified, note.Verify([signer.VerifierKey]));
    }

    [Fact]
    public void Ignores_signatures_of_keys_that_are_not_pinned()
    {
        using var other = Ed25519PrivateKey.Generate();
        var (mine, theirs) = (new NoteSigner("a", _key), new NoteSigner("a", other));
        var both = new SignedNote("t\n", [.. theirs.Sign("t\n").Signatures, .. mine.Sign("t\n").Signatures]);

        Assert.Equal(NoteVerdict.Verified, both.Verify([mine.VerifierKey]));
        Assert.Equal(NoteVerdict.Verified, both.Verify([theirs.VerifierKey]));
        Assert.Equal(NoteVerdict.NoKnownKey, theirs.Sign("t\n").Verify([mine.VerifierKey]));
        Assert.Equal(NoteVerdict.NoKnownKey, mine.Sign("t\n").Verify([]));
    }

    [Fact]
    public void Refuses_the_whole_note_for_one_bad_signature_of_a_pinned_key()
    {
        using var other = Ed25519PrivateKey.Generate();
        var (mine, theirs) = (new NoteSigner("a", _key), new NoteSigner("b", other));
        var note = new SignedNote("t\n", [.. mine.Sign("t\n").Signatures, .. theirs.Sign("other\n").Signatures]);

        Assert.Equal(NoteVerdict.BadSignature, note.Verify([mine.VerifierKey, theirs.VerifierKey]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a AAAAAAA=")]
    [InlineData("text\n\n- a AAAAAAA=\n")]
    [InlineData("text\n\n— a\n")]
    [InlineData("text\n\n— a AAAA\n")]
    [InlineData("text\n\n— a+b AAAAAAA=\n")]
    [InlineData("text\n\n— a  AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAAA= x\n")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n")]
    [InlineData("text\r\n\n— a AAAAAAA=\n")]
    public void Refuses_what_is_not_a_note(string text)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out var fault));
        Assert.StartsWith("Not a signed note: ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_more_signatures_or_bytes_than_anyone_needs()
    {
        var lines = string.Concat(Enumerable.Repeat("— a AAAAAAA=\n", SignedNote.MaxSignatures + 1));

        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes("t\n\n" + lines), out _, out _));
        Assert.False(SignedNote.TryParse(new byte[SignedNote.MaxBytes + 1], out _, out _));
        Assert.False(SignedNote.TryParse([0xC3, 0x28], out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PeterNeumann+c74f20a3")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+AhpcAQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    [InlineData("PeterNeumann+c74f20a3+ARpc")]
    [InlineData("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void Refuses_what_is_no_verifier_key(string text) =>
        Assert.Throws<FormatException>(() => NoteVerifierKey.Parse(text));
}
