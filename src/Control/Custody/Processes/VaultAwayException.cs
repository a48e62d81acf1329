namespace Provost.Control.Custody.Processes;

/// <summary>The vault's process gave no answer, or could not carry out what it was asked. It is started again by
/// itself; what the log orders of it is done when it is back.</summary>
public sealed class VaultAwayException(string message, IOException cause) : IOException(message, cause);
