using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.WebConsole.Ledger;

/// <summary>The newest checkpoint as people read it.</summary>
/// <param name="Root">Base64, as the note has it.</param>
/// <param name="Signers">Name and key id of each signature, as <c>acme.example/provost 1f2e3d4c</c>; none is checked
/// here.</param>
/// <param name="Note">The signed note, verbatim.</param>
public sealed record CheckpointView(string Origin, long Size, string Root, IReadOnlyList<string> Signers, string Note)
{
    /// <summary>Null when there is no checkpoint yet, or its file is none.</summary>
    internal static CheckpointView? Read(string? note) =>
        note is not null && SignedNote.TryParse(System.Text.Encoding.UTF8.GetBytes(note), out var parsed, out _)
        && Checkpoint.TryParse(parsed.Text, out var checkpoint, out _)
            ? new CheckpointView(
                checkpoint.Origin, checkpoint.Size, Convert.ToBase64String(checkpoint.Root),
                [.. parsed.Signatures.Select(s => $"{s.Name} {s.KeyId:x8}")], note)
            : null;
}
