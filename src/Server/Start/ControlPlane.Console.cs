using Microsoft.AspNetCore.Http;
using Provost.Control;
using Provost.Control.Access;
using Provost.Control.Access.Passkeys;
using Provost.Control.Coverage;
using Provost.Control.Decisions;
using Provost.Control.Governance;
using Provost.Control.Incidents;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Control.Why;
using Provost.WebConsole;
using Provost.WebConsole.Custody;
using Provost.WebConsole.Passkeys;
using Provost.WebConsole.People;
using Provost.WebConsole.SignIn;

namespace Provost.Server.Start;

/// <summary>What the console asks of the server: the same desks that the API and the CLI go through.</summary>
internal sealed partial class ControlPlane
{
    public ConsolePorts ConsolePorts() => new()
    {
        Governance = () => _foundation.Log.State,
        LookFrom = (asOf, now) => Standpoint.Of(_foundation.Log, asOf, now),
        FindingsAsync = _desks.Findings.ListAsync,
        VerifiedAt = _desks.Findings.VerifiedAt,
        Signals = _engine.Read,
        Incidents = () => _foundation.Log.State.Incidents,
        Seal = Seal,
        Custody = () => new CustodyState(
            _foundation.Custodians.Level.Level, _foundation.Custodians.Level.Why,
            _foundation.Custodians.SignerAway ?? _log.Sequencer.Health.Fault, _foundation.Custodians.VaultAway)
        {
            Anchors = _anchors.States,
        },
        Decisions = _query,
        Export = new DecisionExport(_query),
        FoundAsync = new FoundCallers(Database).ListAsync,
        TrafficAsync = new ObservedTraffic(Database).SinceAsync,
        CoverageAsync = CoverageAsync,
        PersonOf = call => _desks.Identity.Of(call)?.Person,
        NameOf = person => _desks.Directory.Find(person)?.Name,
        Triager = TriagerId,
        RosterChanges = () => _desks.Roster.Waiting,
        ReadBlobAsync = _desks.Blobs.FindAsync,
        SignedDifferenceAsync = _desks.Approvals.DifferenceAsync,
        ReadEntryAsync = (index, _) => Task.FromResult(ReadLeaf(index)),
        StoryAsync = _desks.Why.StoryAsync,
        Checkpoint = Checkpoint,
        Verification = _verification,
        Balances = () => _reconciliation?.Balances ?? [],
        SignInAsync = SignInAsync,
        SignOutAsync = _desks.Identity.SignOutAsync,
        OpenId = _desks.OpenId is { } provider
            ? new OpenIdPorts { Name = provider.Name, Begin = provider.Begin, FinishAsync = ArriveAsync }
            : null,
        Passkeys = new PasskeyPorts
        {
            Origin = _desks.Passkeys.Origin,
            Begin = _desks.Passkeys.Begin,
            EnterAsync = EnterAsync,
        },
        Account = AccountPorts(),
        PauseAsync = PauseAsync,
        GateAnswers = (key, digest) => _desks.GateAnswers.Of(key.System, key.Environment, digest, admitted: null),
        RehearseRollbackAsync = async (key, version, person) => (await _desks.Rollbacks.RehearseAsync(
            new Principal(person, ByCookie: true), key.System, key.Environment, version)).Fault,
        DrillAsync = (by, person, stop) => _desks.Drills.PageAsync(new Principal(by, ByCookie: true), person, stop),
        AcknowledgeAsync = AcknowledgeAsync,
        ReadContentAsync = ReadContentAsync,
        ExplainAsync = ExplainAsync,
        ReceiptAsync = Receipts().MakeAsync,
        RetentionAsync = stop => _desks.Retention.PlanAsync(null, stop),
        Schedule = _desks.Retention.Schedule,
        EndOf = _desks.Why.EndOf,
        RecordExportAsync = _exports.RecordAsync,
        BundleAsync = (person, filter, asked, stop) =>
            _bundles.PrepareAsync(person, filter, asked, since: null, stop),
    };

    private AccountPorts AccountPorts() => new()
    {
        CredentialsOf = call => _desks.Identity.Of(call) is { } asks ? _desks.Credentials.Of(asks) : [],
        EndAsync = async (call, id, stop) => _desks.Identity.Of(call) is { } asks
            ? await _desks.Credentials.EndAsync(asks, id, stop)
            : _desks.Identity.Refusal(call),
        EndAllAsync = async (call, stop) => _desks.Identity.Of(call) is { } asks
            ? await _desks.Credentials.EndAllAsync(asks, stop)
            : _desks.Identity.Refusal(call),
        RemoveKeyAsync = async (call, key, stop) => _desks.Identity.Of(call) is { } asks
            ? (await _desks.Roster.ChangeAsync(
                asks, asks.Person, new RosterRequest(RosterChanged.KeyRemoved, null, key, ""), stop)).Fault
            : _desks.Identity.Refusal(call),
        MakeAsync = async (call, order, stop) => _desks.Identity.Of(call) is { } asks
            ? await _desks.Services.MakeAsync(asks, order, stop)
            : _desks.Identity.Refusal(call),
        SignIns = (call, filter) => _desks.Identity.Of(call) is { } asks
            ? _desks.Credentials.SignIns(asks, filter)
            : new Listing<SignInLine>([]),
    };

    private async Task<Answer<CoverageAnswer>> CoverageAsync(
        string person, string system, string? environment, DateTimeOffset from, DateTimeOffset to, GapPage page,
        CancellationToken cancellationToken)
    {
        var asked = _desks.Coverage.Ask(new Principal(person, ByCookie: true), system, environment, from, to);
        if (asked.Fault is { } fault)
            return fault;

        try
        {
            return await _desks.Coverage.AnswerAsync(asked.Value, page, cancellationToken);
        }
        catch (DatabaseDownException down)
        {
            return DatabaseDown(down);
        }
    }

    private SealState Seal()
    {
        var health = _log.Sequencer.Health;
        var balances = _reconciliation?.Balances ?? [];
        return new SealState
        {
            Size = health.CommittedSize,
            SignedAt = health.SignedAt,
            Custody = _foundation.Log.State.Custody,
            Served = balances.Sum(b => b.Answered),
            Recorded = balances.Sum(b => b.Matched),
            Broken = health.Fault ?? _gateway.Spool.Health.Reason,
        };
    }

    private async Task<Answer<Explanation>> ExplainAsync(
        Guid decision, string purpose, string person, CancellationToken cancellationToken)
    {
        try
        {
            return await _desks.Explain.ExplainAsync(
                new Principal(person, ByCookie: true), decision, purpose, cancellationToken);
        }
        catch (DatabaseDownException down)
        {
            return DatabaseDown(down);
        }
    }

    private async Task<GovernanceFault?> SignInAsync(
        HttpContext call, string mail, string password, CancellationToken cancellationToken)
    {
        try
        {
            var person = await _desks.Logins.CheckAsync(mail, password, cancellationToken);
            if (person.Fault is not { } fault)
                return await _desks.Identity.SignInAsync(call, person.Value, WayIn.Password, cancellationToken);

            _desks.SignIns.Failed(call, WayIn.Password, fault);
            return fault;
        }
        catch (DatabaseDownException down)
        {
            return DatabaseDown(down);
        }
    }

    private async Task<GovernanceFault?> EnterAsync(
        HttpContext call, PasskeyProof proof, CancellationToken cancellationToken)
    {
        var entry = _desks.Passkeys.Check(proof);
        if (entry.Fault is not { } fault)
        {
            return await _desks.Identity.SignInAsync(
                call, entry.Value.Person, WayIn.Passkey, cancellationToken, entry.Value);
        }

        _desks.SignIns.Failed(call, WayIn.Passkey, fault);
        return fault;
    }

    private async Task<Answer<string>> ArriveAsync(
        HttpContext call, string? state, string? code, string? secret, CancellationToken cancellationToken)
    {
        try
        {
            var arrived = await _desks.OpenId!.FinishAsync(state, code, secret, cancellationToken);
            if (arrived.Fault is { } refused)
            {
                _desks.SignIns.Failed(call, WayIn.OpenId, refused);
                return refused;
            }

            return await _desks.Identity.SignInAsync(
                call, arrived.Value.Person, WayIn.OpenId, cancellationToken) is { } fault
                    ? fault
                    : arrived.Value.To;
        }
        catch (DatabaseDownException down)
        {
            return DatabaseDown(down);
        }
    }

    private async Task<Answer<PauseReport>> PauseAsync(
        SystemKey key, string reason, string person, CancellationToken cancellationToken)
    {
        var given = await _desks.Orders.GiveAsync(
            Actor.Person(person), key, "pause", release: null, incident: null, reason, cancellationToken);
        return given.Fault is { } fault
            ? fault
            : new PauseReport(
                [.. given.Value.Points.Where(p => p.Confirmed).Select(p => p.Point)],
                [.. given.Value.Points.Where(p => !p.Confirmed).Select(p => p.Point)]);
    }

    private async Task<GovernanceFault?> AcknowledgeAsync(
        Guid incident, string person, CancellationToken cancellationToken)
    {
        var state = _foundation.Log.State;
        if (state.Incidents.Incidents.TryGetValue(incident, out var found)
            && (state.Registry.Find(found.System, found.Environment) is { } system
                ? !Permission.MayTighten(state, person, system)
                : Permission.Acting(state, person) is null))
        {
            return IncidentEndpoints.NotYours();
        }

        return await Acknowledge().HandleAsync(incident, person, cancellationToken) is AcknowledgeOutcome.Unknown
            ? new GovernanceFault(
                FaultKind.NotFound, "provost.incident.unknown", "There is no such incident.", "See the list.")
            : null;
    }

    private async Task<Answer<DecisionContent>> ReadContentAsync(
        Guid decision, string purpose, string person, CancellationToken cancellationToken)
    {
        try
        {
            var revealed = await _desks.Why.RevealAsync(
                new Principal(person, ByCookie: true), decision, purpose, cancellationToken);
            return revealed.Fault is { } fault
                ? fault
                : new DecisionContent(revealed.Value.Input, revealed.Value.Output, revealed.Value.Passages);
        }
        catch (DatabaseDownException down)
        {
            return DatabaseDown(down);
        }
    }

    private static GovernanceFault DatabaseDown(DatabaseDownException down) => new(
        FaultKind.Unavailable, "provost.database_down", down.Message,
        "Serving and recording go on; try again when /readyz says that the database is up.");
}
