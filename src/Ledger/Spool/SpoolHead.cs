namespace Provost.Ledger.Spool;

/// <summary>How far a node's records are durable: told elsewhere, it shows a tail that was lost or replaced before the
/// log had it.</summary>
/// <param name="Through">Number of the node's newest durable record.</param>
/// <param name="Record">SHA-256 (hex) of that record's bytes, as the log embeds them.</param>
public sealed record SpoolHead(long Through, string Record);
