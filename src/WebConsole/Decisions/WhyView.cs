using Provost.Control.Approvals;
using Provost.Control.Decisions;
using Provost.Control.Envelopes;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Why;
using Provost.Gateway.Manifests;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;
using Provost.WebConsole.Systems;

namespace Provost.WebConsole.Decisions;

/// <summary>Why an answer was given: the record, the release, the people, the proof.</summary>
public sealed record WhyView
{
    public required DecisionRow Row { get; init; }

    /// <summary>What the call was, from the intent or a whole outcome; null when the entry cannot be read.</summary>
    public required DecisionView? Call { get; init; }

    /// <summary>How it ended; null while open, or when the entry cannot be read.</summary>
    public required OutcomeView? Outcome { get; init; }

    /// <summary>Whether the entry's bytes give the hash that the index has for it.</summary>
    public required bool IsProved { get; init; }

    /// <summary>Entries that a signed checkpoint covers.</summary>
    public required long SignedSize { get; init; }

    public required SystemState? System { get; init; }

    public required ReleaseState? Release { get; init; }

    public required Warrant? Warrant { get; init; }

    public required IReadOnlyList<Approval> Approvals { get; init; }

    /// <summary>What the release declares; null when its bytes are not here.</summary>
    public required ReleaseSpec? Spec { get; init; }

    /// <summary>What happened and why, in plain words, with the steps before and after.</summary>
    public required DecisionStory Story { get; init; }

    /// <summary>Who would be paged now; null when the call was bound to no system.</summary>
    public required OnHook? Hook { get; init; }

    /// <summary>What destroyed the content; null while nothing did.</summary>
    public ContentEnd? Ended { get; init; }

    /// <summary>Whether a signed checkpoint covers the entry.</summary>
    public bool IsCovered => Row.LeafIndex < SignedSize;

    internal static async Task<WhyView> ReadAsync(
        DecisionRow row, string person, ConsolePorts ports, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = ports.Governance();
        var entry = await ports.ReadEntryAsync(row.LeafIndex, cancellationToken);
        var record = View(entry);
        var intent = row.IntentLeaf is { } at ? View(await ports.ReadEntryAsync(at, cancellationToken)) : null;
        var system = row.System is { } name && row.Environment is { } environment
            ? state.Registry.Find(name, environment)
            : null;
        var warrant = Guid.TryParse(row.Warrant, out var id) ? state.Warrants.Find(id) : null;
        var spec = Read(row.Release is null ? null : await ports.ReadBlobAsync(row.Release, cancellationToken));
        return new WhyView
        {
            Row = row,
            Call = record is { IsWhole: true } ? record : intent,
            Outcome = record?.Outcome,
            IsProved = entry is { } bytes && MerkleHash.Leaf(bytes.Span).AsSpan().SequenceEqual(row.LeafHash),
            SignedSize = ports.Seal().Size,
            Ended = ports.EndOf(row),
            System = system,
            Release = system is null || row.Release is null
                ? null
                : state.Registry.Release(system.Key.System, row.Release),
            Warrant = warrant,
            Approvals = warrant is null ? [] : ApprovalsOf(warrant, state),
            Spec = spec,
            Story = await ports.StoryAsync(person, row, record?.Outcome, spec, cancellationToken),
            Hook = system is null
                ? null
                : OnHook.Of(system, ports.Incidents().OpenOf(system.Key.System, system.Key.Environment), state),
        };
    }

    /// <summary>Those that counted: given before the warrant was issued.</summary>
    private static IReadOnlyList<Approval> ApprovalsOf(Warrant warrant, GovernanceState state) =>
        [.. VariantRule.ApprovalsOf(state, warrant).Where(a => a.At <= warrant.IssuedAt)];

    private static DecisionView? View(ReadOnlyMemory<byte>? entry)
    {
        try
        {
            return entry is { } bytes ? DecisionView.Read(LeafReader.Read(bytes).Record) : null;
        }
        catch (FormatException)
        {
            return null; // the page says that the entry cannot be read; the verifier says where it is wrong
        }
    }

    private static ReleaseSpec? Read(byte[]? releaseJson)
    {
        try
        {
            return releaseJson is null ? null : ReleaseDocument.Read(releaseJson).Spec;
        }
        catch (ManifestException)
        {
            return null; // a release of another edition: its facts stand in the warrant and the registry
        }
    }
}
