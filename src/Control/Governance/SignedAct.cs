using Provost.Control.Access;
using Provost.Control.Access.Passkeys;

namespace Provost.Control.Governance;

/// <summary>Checks that an entry's own actor signed exactly what the entry says.</summary>
internal static class SignedAct
{
    /// <summary>Null when the statement is the actor's and names this verb, object and content.</summary>
    /// <param name="entry">The entry, with its statement.</param>
    /// <param name="whole">The state it is tried against.</param>
    /// <param name="verb">Verb of the act, such as <c>erase</c>.</param>
    /// <param name="target">The act's object.</param>
    /// <param name="after">Digest of what it does.</param>
    public static GovernanceFault? Check(
        GovernanceEntry entry, GovernanceState whole, string verb, string target, string after)
    {
        var act = SignedStatement.ReadAct(entry.Statement);
        if (act.Fault is { } fault)
            return fault;

        var said = act.Value.Predicate;
        if (said.Verb != verb || said.Org != whole.Founded.Facts.Org || said.Object != target || said.After != after
            || said.Expires is not { } expires || expires <= entry.Time)
        {
            return AccessErrors.StatementDiffers();
        }

        var person = whole.Roster.Live(entry.Actor.Id);
        return person?.SignerOf(act.Value.Envelope, entry.Time) is null
            ? PasskeyErrors.Of(person, act.Value.Envelope, entry.Time) ?? AccessErrors.NotYours()
            : null;
    }
}
