using System.Security.Cryptography;
using System.Text;
using Provost.Cli.Session;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;

namespace Provost.Cli.Ledger;

/// <summary>
/// The newest checkpoint of each log that a verification on this machine has accepted, as the signed note it was: what
/// a later one must continue, and the proof in hand should it not. A file for each log, told by origin and genesis (two
/// logs may bear one origin, as demos do), beside the credentials.
/// </summary>
internal static class CheckpointMemory
{
    /// <summary>Where the checkpoint of a log is remembered, whether or not there is one yet.</summary>
    public static string FileOf(TrustFile trust)
    {
        var log = Encoding.UTF8.GetBytes($"{trust.Origin}\n{trust.Genesis}");
        var name = Convert.ToHexStringLower(SHA256.HashData(log));
        return Path.Combine(Credentials.Folder, "checkpoints", name);
    }

    /// <summary>The checkpoint remembered; null when there is none.</summary>
    public static Checkpoint? Recall(TrustFile trust)
    {
        var file = FileOf(trust);
        return File.Exists(file) ? Read(file) : null;
    }

    /// <summary>A checkpoint in a file of one's own.</summary>
    public static Checkpoint Read(string file) =>
        File.Exists(file)
        && SignedNote.TryParse(File.ReadAllBytes(file), out var note, out _)
        && Checkpoint.TryParse(note.Text, out var checkpoint, out _)
            ? checkpoint
            : throw new CommandFault($"{file} is no checkpoint.", 2);

    /// <summary>
    /// Remembers what was verified, when it is the first of its log, was shown to continue what is remembered, or comes
    /// after a reset that the person accepted: a log that was not held against the memory never takes its place.
    /// </summary>
    public static void Keep(VerificationReport report, TrustFile trust, Checkpoint? remembered)
    {
        if (report is not { Ok: true, Checkpoint: { } seen, CheckpointNote: { } note })
            return;

        var isNext = remembered is null || report.ReplacesPrevious
            || (seen.Size > remembered.Size && report.ContinuesPrevious);
        if (!isNext)
            return;

        var file = FileOf(trust);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Environment.ProcessId}";
        File.WriteAllBytes(temporary, note);
        File.Move(temporary, file, overwrite: true);
    }
}
