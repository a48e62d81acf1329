using System.Text.Json;
using Provost.Control.Access;
using Provost.Control.Adoptions;
using Provost.Control.Approvals;
using Provost.Control.Evaluations;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Evidence;

/// <summary>What a set of decisions names: their warrants and adoptions, and the epochs of the snapshots they ran
/// under.</summary>
internal sealed class NamedAuthority
{
    private readonly HashSet<Guid> _warrants = [];
    private readonly HashSet<Guid> _adoptions = [];
    private readonly HashSet<long> _epochs = [];
    private long _decisions;

    /// <summary>Notes what the record of a leaf names.</summary>
    public void Note(JsonElement record)
    {
        _decisions++;
        if (record.TryGetProperty("warrant", out var warrant) && warrant.ValueKind == JsonValueKind.String
            && warrant.TryGetGuid(out var id))
        {
            _warrants.Add(id);
        }

        if (record.TryGetProperty("adoption", out var adoption) && adoption.TryGetGuid(out var adopted))
            _adoptions.Add(adopted);

        if (record.TryGetProperty("snapshot", out var snapshot) && snapshot.ValueKind == JsonValueKind.String)
            _epochs.Add(record.GetProperty("epoch").GetInt64());
    }

    /// <summary>
    /// The acts of governance by which anyone can check this: the genesis, every change of the roster (whose key is
    /// whose), the approvals and warrants of what is named, with a variant's envelope and test, the adoptions of its
    /// systems, and the snapshots; and what destroyed contents, so that a verifier can say of which. Empty when nothing
    /// is named.
    /// </summary>
    public IEnumerable<GovernanceEntry> Of(GovernanceLog log)
    {
        var isGoverned = _warrants.Count > 0 || _epochs.Count > 0;
        var systems = _adoptions.Select(log.State.Adoptions.Find).OfType<Adoption>().Select(a => a.Key).ToHashSet();
        var adopted = log.State.Adoptions.All.Where(a => systems.Contains(a.Key)).Select(a => a.Id).ToHashSet();
        var variants = _warrants.Select(log.State.Warrants.Find).Select(w => w?.Says.Variant).OfType<WarrantVariant>()
            .ToList();
        var tests = variants.Select(v => v.Test).ToHashSet();
        _warrants.UnionWith(variants.Select(v => v.Warrant)); // what a variant stands on was approved in their name
        var releases = _warrants.Select(log.State.Warrants.Find).OfType<Warrant>()
            .Select(w => (w.Key.System, w.Key.Environment, w.Release)).ToHashSet();
        return log.Entries.Where(entry => entry.Verb switch
        {
            "content_erased" or "term_ended" => _decisions > 0,
            "genesis" or "person_added" or "roster" or "bootstrap_reopened" => isGoverned,
            "approval" => entry.Read<ApprovalGiven>() is var given
                && releases.Contains((given.System, given.Environment, given.Release)),
            "rehearsal_ended" => tests.Contains(entry.Read<RehearsalEnded>().Rehearsal),
            "warrant_issued" => _warrants.Contains(entry.Read<WarrantIssued>().Warrant),
            "warrant_revoked" => _warrants.Contains(entry.Read<WarrantRevoked>().Warrant),
            "adoption_signed" => adopted.Contains(entry.Read<AdoptionSigned>().Content.Id),
            "adoption_confirmed" => adopted.Contains(entry.Read<AdoptionConfirmed>().Adoption),
            "adoption_ended" => adopted.Contains(entry.Read<AdoptionEnded>().Adoption),
            "snapshot_issued" => _epochs.Contains(entry.Read<SnapshotIssued>().Epoch),
            _ => false,
        });
    }
}
