using System.Text;

namespace Provost.Control.Anchors;

/// <summary>
/// Appends to <c>provost-checkpoints.txt</c> in a folder elsewhere: another machine's disk, an append-only file
/// (<c>chattr +a</c>), a bucket that is mounted. The folder is never made: one whose disk is not there must not be
/// mistaken for it.
/// </summary>
public sealed class FolderAnchor(string folder) : IAnchor
{
    public const string FileName = "provost-checkpoints.txt";

    /// <inheritdoc/>
    public async Task PlaceAsync(AnchoredCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(
                Path.Combine(folder, FileName), FileMode.Append, FileAccess.Write, FileShare.Read);
            await file.WriteAsync(
                Encoding.ASCII.GetBytes(AnchorText.Write(checkpoint.Checkpoint, checkpoint.Note, checkpoint.At)),
                cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }
}
