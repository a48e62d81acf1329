using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>Checks the acts under an exception or an adoption where it is enforced: a person of the roster signed
/// exactly this content. Whether they may was the signer's question; whether they did is asked here.</summary>
/// <param name="Verb">What the acts do.</param>
/// <param name="Object">What they are about: the id of the content.</param>
/// <param name="After">The content's digest.</param>
internal sealed record ActCheck(string Verb, string Object, string After)
{
    /// <summary>What is wrong with the first act that does not hold; null when all do.</summary>
    public string? Fault(IEnumerable<SnapshotAct> acts, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        try
        {
            return acts.Select(act => Fault(act, roster, org)).FirstOrDefault(f => f is not null);
        }
        catch (Exception broken) when (broken is FormatException or JsonException or ArgumentException
            or InvalidOperationException)
        {
            return $"a statement in it cannot be read: {broken.Message}";
        }
    }

    private string? Fault(SnapshotAct act, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        var envelope = Dsse.Read(act.Envelope);
        if (envelope.PayloadType != Statement<ActPredicate>.PayloadType)
            return $"a statement of type {envelope.PayloadType}";

        var statement = JsonSerializer.Deserialize(envelope.Payload, SnapshotJson.Default.StatementActPredicate);
        if (statement?.PredicateType != PredicateTypes.Act || statement.Predicate is not { } said || said.Verb != Verb
            || said.Org != org || said.Object != Object || said.After != After)
        {
            return $"{act.Person} signed something else";
        }

        return roster.Where(p => p.Person == act.Person).SelectMany(p => p.Keys)
            .Any(k => envelope.IsSignedBy(k.Read()))
            ? null
            : $"{act.Person} did not sign it";
    }
}
