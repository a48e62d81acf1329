namespace Provost.Control.Storage;

/// <summary>PostgreSQL cannot be started here until somebody changes something.</summary>
/// <param name="code">Stable code, <c>provost.database.*</c>.</param>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do about it.</param>
public sealed class PrivatePostgresException(string code, string message, string remedy)
    : Exception($"{message} {remedy}")
{
    /// <summary>Stable code, <c>provost.database.*</c>.</summary>
    public string Code { get; } = code;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
