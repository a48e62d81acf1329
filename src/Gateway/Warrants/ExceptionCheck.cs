using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// Checks an exception where it is enforced: two persons of the roster signed exactly this content. Whether they may
/// was the signer's question; whether they did is asked here.
/// </summary>
internal static class ExceptionCheck
{
    /// <summary>The verb of both acts.</summary>
    public const string Verb = "exception";

    /// <summary>What is wrong with it; null when it holds.</summary>
    public static string? Fault(SnapshotException exception, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        var content = exception.Content;
        if (!content.IsWellFormed())
            return "it excepts nothing that can be excepted";

        if (content.Until > exception.From + ExceptionContent.Longest)
            return $"it lasts longer than {ExceptionContent.Longest.TotalHours} hours";

        if (exception.Acts.Count != 2 || exception.Acts[0].Person == exception.Acts[1].Person)
            return "it is not signed by two persons";

        try
        {
            return exception.Acts.Select(act => ActFault(act, content, roster, org)).FirstOrDefault(f => f is not null);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or ArgumentException
            or InvalidOperationException)
        {
            return $"a statement in it cannot be read: {broken.Message}";
        }
    }

    private static string? ActFault(
        SnapshotExceptionAct act, ExceptionContent content, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        var envelope = Dsse.Read(act.Envelope);
        if (envelope.PayloadType != Statement<ActPredicate>.PayloadType)
            return $"a statement of type {envelope.PayloadType}";

        var statement = JsonSerializer.Deserialize(envelope.Payload, SnapshotJson.Default.StatementActPredicate);
        if (statement?.PredicateType != PredicateTypes.Act || statement.Predicate is not { } said || said.Verb != Verb
            || said.Org != org || said.Object != content.Id.ToString() || said.After != content.DigestOf())
        {
            return $"{act.Person} signed something else";
        }

        return roster.Where(p => p.Person == act.Person).SelectMany(p => p.Keys)
            .Any(k => envelope.IsSignedBy(k.Read()))
            ? null
            : $"{act.Person} did not sign it";
    }
}
