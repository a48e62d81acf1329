namespace Provost.Ledger.Statements;

/// <summary>
/// A document that has no canonical form. <see cref="Pointer"/> is the RFC 6901 pointer of the value at fault
/// ("" is the whole document), <see cref="Exception.Message"/> says what is wrong and what the profile allows.
/// </summary>
public sealed class CanonicalFault : FormatException
{
    public CanonicalFault(string pointer, string reason)
        : base($"{(pointer.Length == 0 ? "The document" : pointer)}: {reason}")
    {
        Pointer = pointer;
        Reason = reason;
    }

    public string Pointer { get; }

    public string Reason { get; }
}
