using System.Text;
using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Proofs;
using Provost.Ledger.Records;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Evidence;

/// <summary>A receipt and the name of its file.</summary>
public sealed record Receipt(string FileName, byte[] Bytes);

/// <summary>
/// Makes the receipt of one decision: its entry, the proof and the signed checkpoint in one small file
/// (c2sp.org/tlog-proof, version 1) that anyone verifies offline. Whoever may read the decision may have it.
/// </summary>
/// <param name="log">Who may read what.</param>
/// <param name="decisions">Where a decision's entry is found.</param>
/// <param name="reader">The log's files.</param>
/// <param name="checkpoint">The newest checkpoint as note text, null before the first.</param>
public sealed class ReceiptDesk(
    GovernanceLog log, DecisionQuery decisions, TileLogReader reader, Func<string?> checkpoint)
{
    /// <summary>The media type that browsers save.</summary>
    public const string MediaType = "application/octet-stream";

    /// <summary>The receipt of a decision's outcome; of its intent while no outcome is recorded.</summary>
    public async Task<Answer<Receipt>> MakeAsync(string person, Guid id, CancellationToken cancellationToken)
    {
        var row = await decisions.FindByIdAsync(id, cancellationToken);
        if (row is null || !Permission.MayReadDecisions(log.State, person, row.System))
            return Unknown();

        if (checkpoint() is not { } text || !SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out var note, out _)
            || !Checkpoint.TryParse(note.Text, out var signed, out _) || row.LeafIndex >= signed.Size)
        {
            return NotCovered();
        }

        var entry = reader.ReadLeaf(row.LeafIndex).ToArray();
        if (DecisionOf(entry) != id)
            return IndexDiffers();

        var proof = new TlogProof(row.LeafIndex, reader.InclusionProof(row.LeafIndex, signed.Size), note.ToBytes())
        {
            Extra = entry,
        };
        return new Receipt($"{id}.tlog-proof", proof.ToBytes());
    }

    /// <summary>The index has no authority: what a receipt proves is what the log's entry says.</summary>
    private static Guid? DecisionOf(byte[] entry)
    {
        using var record = JsonDocument.Parse(LeafReader.Read(entry).Record);
        return record.RootElement.TryGetProperty("decision", out var decision) && decision.TryGetGuid(out var id)
            ? id
            : null;
    }

    private static GovernanceFault Unknown() => new(FaultKind.NotFound, "provost.decisions.unknown",
        "There is no such decision that you may read, or it is not indexed yet.",
        "Owners read their systems' decisions, compliance reads all; a fresh one is indexed within seconds.");

    private static GovernanceFault NotCovered() => new(FaultKind.Unavailable, "provost.ledger.not_covered",
        "No signed checkpoint covers this decision yet.",
        "Ask again in a second; if that does not help, /readyz says what the log waits for.");

    private static GovernanceFault IndexDiffers() => new(FaultKind.Conflict, "provost.ledger.index_differs",
        "The index names another entry of the log for this decision than the one that holds it.",
        "The index was edited. Give the server an empty database: it is filled from the log again.");
}
