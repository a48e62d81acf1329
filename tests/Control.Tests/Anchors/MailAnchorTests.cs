using Provost.Control.Anchors;
using Provost.Control.Response.Channels;
using Provost.Control.Tests.Response.Channels.Smtp;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;
using Provost.Testing;

namespace Provost.Control.Tests.Anchors;

public sealed class MailAnchorTests
{
    private const string Origin = "acme.example/test";

    [Fact]
    public async Task A_mailbox_keeps_a_checkpoint_that_the_verifier_finds_again()
    {
        using var key = Ed25519PrivateKey.Generate();
        await using var far = new MailServer();
        await Anchor(far).PlaceAsync(Checkpoint(key), default);
        var mail = Assert.Single(far.Taken);
        Assert.Contains("RCPT TO:<ledger@auditor.example>", far.Commands);
        Assert.Contains("42 entries", far.Read(mail));

        using var folder = new TemporaryFolder();
        var mailbox = Path.Combine(folder.Path, "mbox");
        await File.WriteAllTextAsync(mailbox, $"From provost@acme.example\r\n{mail}\r\n\r\n");
        var found = Assert.Single(AnchorFile.Read(mailbox, new TrustFile
        {
            Org = "acme.example",
            Origin = Origin,
            Log = [new NoteVerifierKey(Origin, key.PublicKey)],
            Warrant = [],
            Snapshot = [],
            Root = [],
            Genesis = new string('0', 64),
        }).Found);
        Assert.Equal(42, found.Checkpoint.Size);
    }

    [Fact]
    public async Task A_mail_that_is_not_taken_is_a_failure_in_words()
    {
        using var key = Ed25519PrivateKey.Generate();
        await using var far = new MailServer { Refuses = true };
        var fault = await Assert.ThrowsAsync<IOException>(() => Anchor(far).PlaceAsync(Checkpoint(key), default));
        Assert.Contains("The mail was not taken", fault.Message);
    }

    private static IAnchor Anchor(MailServer far) =>
        new AnchorSettings("mail", Channel: "duty", To: "ledger@auditor.example").Create(_ => ChannelCatalog.Create(
            new ChannelSetup("smtp", new Uri($"smtp://127.0.0.1:{far.Port}"), null, "provost@acme.example", null),
            new ChannelWires(null!, MailServer.ConnectAsync), new ManualTime()));

    private static AnchoredCheckpoint Checkpoint(Ed25519PrivateKey key)
    {
        var checkpoint = new Checkpoint(Origin, 42, new byte[32]);
        return new AnchoredCheckpoint(
            checkpoint, new NoteSigner(Origin, key).Sign(checkpoint.ToText()).ToBytes(), DateTimeOffset.UnixEpoch);
    }
}
