using Provost.Control.Response.Channels.Smtp;

namespace Provost.Control.Anchors;

/// <summary>Mails the checkpoint to somebody who is not the operator: an auditor's mailbox keeps it.</summary>
/// <param name="channel">The mail channel that it leaves by.</param>
/// <param name="to">The mailbox.</param>
internal sealed class MailAnchor(SmtpChannel channel, string to) : IAnchor
{
    /// <inheritdoc/>
    public async Task PlaceAsync(AnchoredCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var (size, origin) = (checkpoint.Checkpoint.Size, checkpoint.Checkpoint.Origin);
        var body = $"""
            This is the newest checkpoint of the log {origin}. Keep this mail: it shows later
            whether the log was rewritten. To check a copy of the log against a file of such mails:

                provost ledger verify LEDGER --trust trust.json --anchor FILE

            """.ReplaceLineEndings("\n") + AnchorText.Write(checkpoint.Checkpoint, checkpoint.Note, checkpoint.At);
        if (await channel.SendTextAsync($"Log {origin}: {size} entries", body, to, cancellationToken) is { } refusal)
            throw new IOException($"The mail was not taken: {refusal}.");
    }
}
