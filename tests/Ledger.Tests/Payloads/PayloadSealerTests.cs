using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;
using Provost.Testing;

namespace Provost.Ledger.Payloads;

public sealed class PayloadSealerTests : IDisposable
{
    private static readonly Lazy<RSA> Key = new(() => RSA.Create(3072));
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly PayloadSealer _sealer;

    public PayloadSealerTests()
    {
        _sealer = new PayloadSealer(Hours, _time);
        _sealer.UsePayloadKey(Key.Value.ExportSubjectPublicKeyInfo());
    }

    private static Guid Decision { get; } = Guid.Parse("0193a000-0000-7000-8000-000000000001");

    private string Hours => _folder.File("hours");

    private PayloadOpener Opener => new(Hours, Key.Value);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("a person's words")]
    public void Opens_to_what_was_sealed(string text)
    {
        var (part, commitment) = Seal(text);

        Assert.Equal(text, Encoding.UTF8.GetString(Opener.Open(part!, Decision, PayloadField.Input, commitment.Hmac)));
        Assert.Equal((text.Length, "text/plain"), (commitment.Length, commitment.Media));
        Assert.Equal(Capture.Full, commitment.Capture);
        if (text.Length > 0)
            Assert.True(part.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0);
    }

    [Fact]
    public void Stays_shut_when_any_byte_was_changed()
    {
        var (part, commitment) = Seal("text");
        var opener = Opener;
        for (var i = 0; i < part!.Length; i++)
        {
            part[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(
                () => opener.Open(part, Decision, PayloadField.Input, commitment.Hmac));
            part[i] ^= 1;
        }

        Assert.ThrowsAny<CryptographicException>(
            () => opener.Open(part.AsSpan(0, 20), Decision, PayloadField.Input, null));
    }

    [Fact]
    public void Stays_shut_as_the_payload_of_another_decision_field_or_record()
    {
        var (part, commitment) = Seal("text");
        var other = Seal("text").Commitment;

        Assert.ThrowsAny<CryptographicException>(
            () => Opener.Open(part!, Guid.Empty, PayloadField.Input, commitment.Hmac));
        Assert.ThrowsAny<CryptographicException>(
            () => Opener.Open(part!, Decision, PayloadField.Output, commitment.Hmac));
        Assert.ThrowsAny<CryptographicException>(() => Opener.Open(part!, Decision, PayloadField.Input, other.Hmac));
    }

    [Fact]
    public void Says_nothing_of_equal_payloads()
    {
        var (first, one) = Seal("approve");
        var (second, two) = Seal("approve");

        Assert.NotEqual(one.Hmac, two.Hmac);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Stores_nothing_where_only_a_digest_is_captured()
    {
        var (part, commitment) = Seal("text", capture: Capture.Digest);

        Assert.Null(part);
        Assert.Equal((4, Capture.Digest), (commitment.Length, commitment.Capture));
        Assert.False(Directory.Exists(Hours));
    }

    [Fact]
    public void Makes_one_key_per_class_and_hour_and_forgets_what_it_opens_with_the_key_file()
    {
        var (part, commitment) = Seal("text");
        Seal("more");
        Assert.Single(Directory.GetFiles(Hours));
        Seal("text", retention: "another-class");
        Assert.Equal(2, Directory.GetFiles(Hours).Length);
        _time.Advance(TimeSpan.FromHours(1));
        Seal("text");
        Assert.Equal(3, Directory.GetFiles(Hours).Length);

        File.Delete(Path.Combine(Hours, Convert.ToHexStringLower(part.AsSpan(1, 16))));
        Assert.ThrowsAny<CryptographicException>(
            () => Opener.Open(part!, Decision, PayloadField.Input, commitment.Hmac));
    }

    [Fact]
    public void Makes_the_next_hours_keys_ahead_so_that_no_call_waits_for_them()
    {
        _sealer.Prepare(["customer-decision"], TimeSpan.FromMinutes(60));
        var ahead = Assert.Single(Directory.GetFiles(Hours));
        _time.Advance(TimeSpan.FromHours(1));
        var (part, _) = Seal("text");

        Assert.Equal(ahead, Assert.Single(Directory.GetFiles(Hours)));
        Assert.Equal(Path.GetFileName(ahead), Convert.ToHexStringLower(part.AsSpan(1, 16)));
    }

    [Fact]
    public void Cannot_be_opened_with_another_payload_key()
    {
        var (part, commitment) = Seal("text");
        using var other = RSA.Create(3072);

        Assert.ThrowsAny<CryptographicException>(
            () => new PayloadOpener(Hours, other).Open(part!, Decision, PayloadField.Input, commitment.Hmac));
    }

    [Fact]
    public void Seals_nothing_before_a_snapshot_named_the_payload_key()
    {
        var sealer = new PayloadSealer(Hours, _time);
        using var draft = RecordDraft.Rent();

        Assert.Throws<InvalidOperationException>(
            () => sealer.Seal(draft, Decision, PayloadField.Input, "c", "text/plain", Capture.Full, "x"u8));
    }

    private (byte[]? Part, Commitment Commitment) Seal(
        string text, string retention = "customer-decision", Capture capture = Capture.Full)
    {
        using var draft = RecordDraft.Rent();
        var commitment = _sealer.Seal(
            draft, Decision, PayloadField.Input, retention, "text/plain", capture, Encoding.UTF8.GetBytes(text));
        return (draft.PartCount == 0 ? null : draft.Part(0).Bytes.ToArray(), commitment);
    }
}
