using System.Collections.Frozen;
using System.Diagnostics;
using System.Text;
using Provost.Gateway.Binding;
using Provost.Gateway.Guardrails;
using Provost.Gateway.Manifests;
using Provost.Gateway.Protocols;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// Compiles a verified document. A release that this build cannot serve is left out and told, never half enforced; the
/// rest of the snapshot still counts, so that one unknown guardrail does not lift a kill elsewhere.
/// </summary>
/// <param name="before">What it compiled is not compiled again.</param>
/// <param name="tightening">What is refused beyond the document.</param>
internal sealed class SnapshotCompilation(
    SnapshotDocument document, string digest, CheckedWarrants warrants, GatewaySnapshot? before,
    Tightening? tightening = null)
{
    private static readonly TimeSpan HighLease = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan OtherLease = TimeSpan.FromHours(24);

    private readonly List<ReleaseNotServed> _notServed = [];

    private readonly List<WarrantPredicate> _admitted =
        [.. tightening is null ? warrants.Admitted : warrants.Admitted.IntersectBy(tightening.Warrants, w => w.Id)];

    private readonly List<SnapshotOrder> _orders = [.. document.Orders, .. tightening?.Orders ?? []];

    /// <summary>A release is named by its digest, so what was compiled once is right for ever.</summary>
    private readonly Dictionary<string, CompiledRelease> _compiled = (before?.Systems ?? [])
        .SelectMany(s => s.Releases)
        .DistinctBy(r => r.Digest)
        .ToDictionary(r => r.Digest);

    public GatewaySnapshot Compile()
    {
        var releases = document.Releases.ToDictionary(r => r.Digest);
        var systems = document.Systems.ToFrozenDictionary(
            s => (s.Name, s.Environment), s => CompileSystem(s, releases));
        var known = tightening is null
            ? document.ClientKeys
            : document.ClientKeys.IntersectBy(tightening.ClientKeys, k => k.Id);
        var keys = known
            .Where(k => systems.ContainsKey((k.System, k.Environment)))
            .ToFrozenDictionary(
                k => k.Id, k => new CompiledKey(k, Convert.FromHexString(k.Hash), systems[(k.System, k.Environment)]));
        return new GatewaySnapshot(document, digest, keys, systems, _notServed, warrants);
    }

    private CompiledSystem CompileSystem(SnapshotSystem source, Dictionary<string, SnapshotRelease> releases)
    {
        var terms = SystemDocument.ReadTerms(Convert.FromBase64String(source.TermsJson));
        var orders = Orders(source);
        var warranted = _admitted
            .Where(w => w.System == source.Name && w.Environment == source.Environment && w.Terms == terms.TermsDigest)
            .Where(w => orders.RollbackTo is null || w.Release == orders.RollbackTo)
            .Where(_ => source.Kind != "chain") // its components are what is called
            .Where(_ => ExperimentalLane.Beyond(source.Environment, terms.Intake.DataClasses).Count == 0)
            .OrderByDescending(w => w.Release == source.Live)
            .ThenByDescending(w => w.NotBefore)
            .DistinctBy(w => w.Release)
            .Select(w => CompileRelease(w.Release, w.System, w, releases))
            .OfType<CompiledRelease>()
            .ToList();
        if (source.Rehearsal is { } rehearsal)
        {
            warranted = CompileRelease(rehearsal.Release, source.Name, warrant: null, releases) is { } candidate
                ? [candidate]
                : [];
        }

        return new CompiledSystem
        {
            Source = source,
            Terms = terms,
            Orders = orders,
            Releases = warranted,
            Exception = Exception(source, orders, warranted, releases),
            Adoption = Adoption(source, terms, orders),
            IsLiveUnwarranted = source.Live is { } live && !_admitted.Any(
                w => w.Release == live && w.System == source.Name && w.Environment == source.Environment),
            LeaseEnds = document.IssuedAt + (source.Tier == "high" ? HighLease : OtherLease),
            Subject = terms.SubjectPath is { } subject ? new RequestPath(subject) : null,
            Cohorts = [.. terms.Cohorts.OrderBy(c => c.Key, StringComparer.Ordinal)
                .Select(c => (c.Key, new RequestPath(c.Value)))],
            DataClass = terms.DataClassPath is { } path ? new RequestPath(path) : null,
        };
    }

    private SystemOrders Orders(SnapshotSystem source)
    {
        var own = _orders
            .Where(o => o.System == source.Name && o.Environment == source.Environment)
            .ToList();
        var rollback = own.Where(o => o.Kind == "rollback").MaxBy(o => o.Since)?.Release;
        return new SystemOrders(
            Paused: own.Any(o => o.Kind is not ("kill" or "fallback" or "rollback")),
            Killed: own.Any(o => o.Kind == "kill"),
            Fallback: source.Rehearsal?.Fallback == true || own.Any(o => o.Kind == "fallback"),
            RollbackTo: rollback);
    }

    /// <summary>What the exception on a system lets it do; null without one. A rollback goes before it: an order stops
    /// what it stops.</summary>
    private CompiledException? Exception(
        SnapshotSystem source, SystemOrders orders, List<CompiledRelease> warranted,
        Dictionary<string, SnapshotRelease> releases)
    {
        var found = warrants.Exceptions.Admitted.FirstOrDefault(
            e => e.Content.System == source.Name && e.Content.Environment == source.Environment);
        if (found is null || orders.RollbackTo is not null
            || tightening?.Exceptions.Contains(found.Content.Id) == false)
        {
            return null;
        }

        var content = found.Content;
        IReadOnlyList<CompiledRelease> admits = content.Release is { } release
            ? CompileRelease(release, source.Name, warrant: null, releases) is { } alone
                ? [alone.Excepted(content.Id), .. warranted.Where(w => w.Digest != release)]
                : warranted
            : [.. warranted.Select(w => Lifted(w, content))];
        return new CompiledException(content.Id, content.Until, admits);
    }

    /// <summary>What the adoption of a system lets pass; null without one, and where anything of the system is live: a
    /// warrant ends it. It holds for the terms that were signed, and a rollback goes before it.</summary>
    private CompiledAdoption? Adoption(SnapshotSystem source, SystemDocument terms, SystemOrders orders)
    {
        var found = warrants.Adoptions.Admitted.FirstOrDefault(
            a => a.Content.System == source.Name && a.Content.Environment == source.Environment);
        return found is null || source.Live is not null || source.Rehearsal is not null || source.Kind == "chain"
            || orders.RollbackTo is not null || found.Content.Terms != terms.TermsDigest
            || found.Content.Tier != source.Tier || tightening?.Adoptions.Contains(found.Content.Id) == false
            ? null
            : new CompiledAdoption(found.Content, source.Kind, document.Shutdowns ?? []);
    }

    private static CompiledRelease Lifted(CompiledRelease release, ExceptionContent content)
    {
        var spec = release.Document.Spec;
        return content.Direction == "input"
            ? release.Excepted(content.Id, input: Guardrails(Flagging(spec.InputGuardrails, content.Guardrail)))
            : release.Excepted(content.Id, output: Guardrails(Flagging(spec.OutputGuardrails, content.Guardrail)));
    }

    private static List<GuardrailSpec> Flagging(IReadOnlyList<GuardrailSpec> specs, string? lifted) =>
        [.. specs.Select(s => s.Id == lifted && s.Action != "allow" ? s with { Action = "flag" } : s)];

    private CompiledRelease? CompileRelease(
        string digest, string system, WarrantPredicate? warrant, Dictionary<string, SnapshotRelease> releases)
    {
        if (_compiled.TryGetValue(digest, out var known) && known.Document.System == system)
        {
            return known.Under(warrant, ShutdownOf(known.Document.Spec.Model));
        }

        if (!releases.TryGetValue(digest, out var source))
        {
            return NotServed(digest, "its release.json is not in the snapshot");
        }

        try
        {
            var release = ReleaseDocument.Read(Convert.FromBase64String(source.ReleaseJson));
            if (release.Digest != digest || release.System != system)
            {
                return NotServed(digest, "its release.json is another one");
            }

            var files = source.Files.ToDictionary(f => f.Key, f => Convert.FromBase64String(f.Value));
            return new CompiledRelease
            {
                Document = release,
                Composition = ReleaseComposition.Compile(release, files),
                Warrant = warrant,
                WarrantId = warrant?.Id.ToString(),
                Input = Guardrails(release.Spec.InputGuardrails),
                Output = Guardrails(release.Spec.OutputGuardrails),
                ApprovedModel = Encoding.UTF8.GetBytes(
                    release.Kind == "model" ? release.Spec.Model.Version ?? "" : release.Spec.Model.Name),
                Answers = ApprovedAnswer.Of(release),
                Shutdown = ShutdownOf(release.Spec.Model),
            };
        }
        catch (ManifestException fault)
        {
            return NotServed(digest, fault.Message);
        }
        catch (FormatException fault)
        {
            return NotServed(digest, fault.Message);
        }
    }

    private DateTimeOffset? ShutdownOf(ReleaseModel model) => (document.Shutdowns ?? [])
        .Where(s => s.Provider == model.Provider && (s.Model == model.Name || s.Model == model.Served))
        .Min(s => (DateTimeOffset?)s.At);

    private static GuardrailSet Guardrails(IReadOnlyList<GuardrailSpec> specs) => GuardrailSet.Compile(specs) switch
    {
        GuardrailCompilation.Compiled compiled => compiled.Set,
        GuardrailCompilation.Refused refused => throw new FormatException(refused.Faults[0].Message),
        _ => throw new UnreachableException(),
    };

    private CompiledRelease? NotServed(string release, string reason)
    {
        _notServed.Add(new ReleaseNotServed(release, reason));
        return null;
    }
}
