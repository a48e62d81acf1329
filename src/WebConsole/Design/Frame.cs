using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Storage;
using Provost.Ledger.Statements;

namespace Provost.WebConsole.Design;

/// <summary>Where a page belongs in the rail.</summary>
public enum Place
{
    Account,
    Overview,
    Systems,
    Owners,
    Findings,
    Intake,
    Found,
    Decisions,
    Incidents,
    Approvals,
    Exceptions,
    Adoptions,
    Ledger,
    People,
    Policies,
    Reviews,
    OnCall,
    Records,
    Custody,
    Vendors,
    Graph,
}

/// <summary>What every page has around its content.</summary>
public sealed record Frame
{
    public required DateTimeOffset Now { get; init; }

    public required string Org { get; init; }

    /// <summary>The log says that it is a demo's or a test's.</summary>
    public required bool IsTrial { get; init; }

    public required string PersonName { get; init; }

    public required SealState Seal { get; init; }

    public required int OpenIncidents { get; init; }

    /// <summary>Unregistered callers of the last 24 hours; null while the index cannot be read.</summary>
    public required int? Found { get; init; }

    /// <summary>Releases that wait for this person's signature.</summary>
    public int AskedToApprove { get; init; }

    /// <summary>Exceptions in force.</summary>
    public int Exceptions { get; init; }

    /// <summary>Whether the roster is this person's to see.</summary>
    public bool MayReadRoster { get; init; }

    /// <summary>Changes of people that wait for signatures, where the roster may be seen; else 0.</summary>
    public int RosterChanges { get; init; }

    /// <summary>Whether the person may see what was held, erased and revealed.</summary>
    public bool MayReadRecords { get; init; }

    /// <summary>Whether the person has a passkey whose signatures count now.</summary>
    public bool CanSign { get; init; }

    /// <summary>The antiforgery token of this page's forms.</summary>
    public required string FormToken { get; init; }
}

/// <summary>Makes the frame of a signed-in person's page.</summary>
internal sealed class FrameSource(ConsolePorts ports, PersonNames names, IAntiforgery antiforgery, TimeProvider time)
{
    /// <summary>How many callers the rail counts at most.</summary>
    private const int CountedCallers = 100;

    public async Task<Frame> MakeAsync(HttpContext call, CancellationToken cancellationToken)
    {
        var state = ports.Governance();
        var now = time.GetUtcNow();
        var person = SignedInOnly.PersonOf(call);
        var mayReadRoster = Permission.MayReadRoster(state, person);
        return new Frame
        {
            Now = now,
            Org = state.Genesis?.Facts.Org ?? "",
            IsTrial = state.Genesis?.IsTrial ?? false,
            PersonName = names.Of(person),
            Seal = ports.Seal(),
            OpenIncidents = ports.Incidents().Open.Count(),
            Found = await CountFoundAsync(now, cancellationToken),
            AskedToApprove = ApprovalInbox.Of(state, person, now).Count(w => w.AsksYou),
            Exceptions = state.Exceptions.All.Count(e => e.IsInForce(now)),
            MayReadRoster = mayReadRoster,
            RosterChanges = mayReadRoster ? ports.RosterChanges().Count : 0,
            MayReadRecords = Permission.MayReadRecords(state, SignedInOnly.PersonOf(call)),
            CanSign = state.Roster.Live(person)?.Keys.Any(k => k.Key is PasskeyPublicKey && k.From <= now) == true,
            FormToken = antiforgery.GetAndStoreTokens(call).RequestToken ?? "",
        };
    }

    private async Task<int?> CountFoundAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return (await ports.FoundAsync(now.AddDays(-1), CountedCallers, cancellationToken)).Count;
        }
        catch (DatabaseDownException)
        {
            return null; // the rail says nothing then; the page about callers says why
        }
    }
}
