using System.Text.Json;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Snapshot;

/// <summary>An exception in force, with the acts of the two persons who signed it.</summary>
/// <param name="From">When the second one signed.</param>
public sealed record SnapshotException(
    ExceptionContent Content, DateTimeOffset From, IReadOnlyList<SnapshotAct> Acts);

/// <summary>A person's signature under an exception or an adoption.</summary>
/// <param name="Person">Whose key signed.</param>
/// <param name="Envelope">The DSSE envelope, verbatim.</param>
public sealed record SnapshotAct(string Person, JsonElement Envelope);

/// <summary>An exception that was signed into the snapshot and does not verify here: nothing is excepted.</summary>
/// <param name="Reason">In words, with ids alone.</param>
public sealed record ExceptionNotAdmitted(Guid Exception, string System, string Environment, string Reason);

/// <summary>A snapshot's exceptions, told apart.</summary>
internal sealed record CheckedExceptions(
    IReadOnlyList<SnapshotException> Admitted, IReadOnlyList<ExceptionNotAdmitted> Refused)
{
    public static readonly CheckedExceptions None = new([], []);

    public static CheckedExceptions Of(SnapshotDocument document)
    {
        var told = document.Exceptions
            .Select(e => (e, fault: ExceptionCheck.Fault(e, document.Roster, document.Org)))
            .ToList();
        return told.Count == 0
            ? None
            : new CheckedExceptions(
                [.. told.Where(t => t.fault is null).Select(t => t.e)],
                [.. told.Where(t => t.fault is not null).Select(t => new ExceptionNotAdmitted(
                    t.e.Content.Id, t.e.Content.System, t.e.Content.Environment, t.fault!))]);
    }
}

/// <summary>What calls of one system are bound to while an exception lasts.</summary>
/// <param name="Releases">What the warrants admit, under the exception, and what it alone admits.</param>
internal sealed record CompiledException(Guid Id, DateTimeOffset Until, IReadOnlyList<CompiledRelease> Releases);
