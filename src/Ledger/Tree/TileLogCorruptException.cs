namespace Provost.Ledger.Tree;

/// <summary>A file of the log is missing or is not what the format demands; the message names it.</summary>
public sealed class TileLogCorruptException(string message) : IOException(message);
