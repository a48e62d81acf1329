using System.Buffers;
using Microsoft.AspNetCore.Http;
using Provost.Gateway.Binding;
using Provost.Gateway.Budgets;
using Provost.Gateway.Protocols;
using Provost.Gateway.Routing;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// Steps 3 and 4: which release this call is, and whether it may pass now. Orders are looked at first: a paused system
/// says that it is paused, not that a prompt differs.
/// </summary>
internal sealed class Admission(SnapshotHolder snapshots, Upstreams upstreams)
{
    private const int MaxCohorts = 16;
    private const int MaxValue = 200;
    private const int DefaultTokens = 4096;

    private static readonly SearchValues<char> CohortName =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private readonly LaneMeter _lane = new();

    public Refusal? Admit(GatewayCall call)
    {
        var system = call.System!;
        TakeContext(call, system);
        if (system.Orders.Killed)
        {
            return Refusal.Killed(system);
        }

        if (system.Orders.Paused)
        {
            return Refusal.Paused(system);
        }

        if (system.Source.Kind == "chain")
        {
            return Refusal.ChainNotCalled(system);
        }

        if (!call.Protocol.Serves(system.Source.Kind))
        {
            return Refusal.CompositionChanged(
                system, $"the route ({system.Name} is a system of kind {system.Source.Kind})");
        }

        return Bind(call, system) ?? Shutdown(call, system) ?? Lease(call, system) ?? DataClass(call, system)
            ?? Lane(system) ?? Reserve(call);
    }

    private Refusal? Lane(CompiledSystem system) =>
        !system.IsExperimental
        || _lane.TryCount(system.Name, snapshots.Clock.Now, ExperimentalLane.CallsPerDay)
            ? null
            : Refusal.Experiment(system);

    private Refusal? Bind(GatewayCall call, CompiledSystem system)
    {
        var now = snapshots.Clock.Now;
        var restored = system.Orders.RollbackTo is not null;
        foreach (var release in system.ReleasesAt(now))
        {
            if (!release.IsInForce(now))
            {
                continue;
            }

            var bound = call.Protocol.Bind(call.Body.Memory, call.View, release, restored);
            if (bound.IsBound)
            {
                (call.Release, call.Bound) = (release, bound);
                call.ServesFallback = system.Orders.Fallback;
                return null;
            }

            if (call.Release is null)
            {
                (call.Release, call.Bound) = (release, bound);
            }
        }

        if (call.Release is null)
        {
            return Adopted(call, system, now);
        }

        if (restored && call.Release.Fallback is not null)
        {
            // The client still sends the composition that was rolled back: it gets the restored warrant's fallback.
            call.ServesFallback = true;
            return null;
        }

        if (system.IsLiveUnwarranted)
        {
            // What was sent may be the live release exactly: it is not admitted, and older ones tell nothing about it.
            (call.Release, call.Bound) = (null, default);
            return Refusal.NoWarrant(system);
        }

        return Refusal.CompositionChanged(system, Where(call.Bound.Differences));
    }

    /// <summary>Nothing is warranted: the call passes as it is while the system is adopted, and not a second
    /// longer.</summary>
    private static Refusal? Adopted(GatewayCall call, CompiledSystem system, DateTimeOffset now)
    {
        if (system.Adoption is not { } adoption || now >= adoption.Until)
        {
            return system.Source.AdoptedUntil is { } end && end <= now
                ? Refusal.AdoptionOver(system, end)
                : Refusal.NoWarrant(system);
        }

        if (adoption.For(call.View) is not { } asItComes)
        {
            return Refusal.BadRequest("model", "a model has a name of 1 to 200 printable characters");
        }

        (call.Release, call.Bound) = (asItComes, BindingResult.Bound(suppliesPrompt: false, suppliedParameters: 0));
        call.ServesFallback = system.Orders.Fallback;
        return null;
    }

    /// <summary>The approved fallback needs no provider; everything else does.</summary>
    private Refusal? Shutdown(GatewayCall call, CompiledSystem system) =>
        !call.ServesFallback && call.Release!.Shutdown <= snapshots.Clock.Now
            ? Refusal.VendorShutdown(system, call.Release.Document.Spec.Model.Name)
            : null;

    /// <summary>Places only: what stood there is for the owner, in the record.</summary>
    private static string Where(IReadOnlyList<Difference> differences)
    {
        const int shown = 5;
        var text = string.Join(", ", differences.Take(shown).Select(d => d.Path));
        return differences.Count > shown ? $"{text} and {differences.Count - shown} more" : text;
    }

    private Refusal? Lease(GatewayCall call, CompiledSystem system)
    {
        if (snapshots.Clock.Now < system.LeaseEnds)
        {
            return null;
        }

        switch (system.Terms.FailMode)
        {
            case "open" when system.Source.Tier == "minimal":
                return null;
            case "fallback" when call.Release!.Fallback is not null:
                call.ServesFallback = true;
                return null;
            default:
                return Refusal.Expired(system);
        }
    }

    private static void TakeContext(GatewayCall call, CompiledSystem system)
    {
        var body = call.Body.Memory;
        var headers = call.Http.Request.Headers;
        call.Subject = headers.TryGetValue("Provost-Subject", out var subject)
            ? Bounded(subject.ToString())
            : Bounded(system.Subject?.Find(body, call.View));
        foreach (var (name, path) in system.Cohorts)
        {
            if (Bounded(path.Find(body, call.View)) is { } value)
            {
                call.Cohort.Add(new(name, value));
            }
        }

        if (headers.TryGetValue("Provost-Cohort", out var cohorts))
        {
            TakeCohorts(cohorts.ToString(), call);
        }

        call.DataClass = Bounded(system.DataClass?.Find(body, call.View));
    }

    private static void TakeCohorts(string header, GatewayCall call)
    {
        foreach (var pair in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cut = pair.IndexOf('=');
            var isNew = cut is > 0 and <= 40 && !pair.AsSpan(0, cut).ContainsAnyExcept(CohortName)
                && call.Cohort.TrueForAll(c => c.Key != pair[..cut]);
            if (isNew && call.Cohort.Count < MaxCohorts)
            {
                call.Cohort.Add(new(pair[..cut], Bounded(pair[(cut + 1)..])!));
            }
        }
    }

    private static string? Bounded(string? text) => text is { Length: > MaxValue } ? text[..MaxValue] : text;

    private static Refusal? DataClass(GatewayCall call, CompiledSystem system)
    {
        var approved = system.Terms.Intake.DataClasses;
        var header = call.Http.Request.Headers["Provost-Data-Class"];
        if (header.Count > 0)
        {
            if (!approved.Contains(header.ToString()))
            {
                return Refusal.DataClass(system);
            }

            call.DataClass ??= header.ToString();
        }

        return call.DataClass is null || approved.Contains(call.DataClass) ? null : Refusal.DataClass(system);
    }

    private Refusal? Reserve(GatewayCall call)
    {
        if (call.ServesFallback || upstreams.Find(call.Release!.Provider) is not { } upstream)
        {
            return null;
        }

        var tokensOut = call.View.MaxTokens > 0 ? call.View.MaxTokens : DefaultTokens;
        var estimate = upstream.Prices.Cost(call.Release.Document.Spec.Model.Name, call.Body.Length / 4, tokensOut);
        if (call.Meter!.TryReserve(call.Key!.Key.Caps, estimate) != CapRefusal.None)
        {
            return Refusal.Budget;
        }

        call.Estimate = estimate;
        return null;
    }
}
