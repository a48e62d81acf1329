using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Provost.Control.Governance;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Anchors;

/// <summary>How an anchor stands.</summary>
/// <param name="Size">Entries of the last checkpoint it took; null before the first.</param>
/// <param name="At">When it took that.</param>
/// <param name="Failure">Why it takes nothing; null while it does.</param>
/// <param name="Since">When the failure began.</param>
public sealed record AnchorState(
    string Name, string Kind, long? Size, DateTimeOffset? At, string? Failure, DateTimeOffset? Since);

/// <summary>An anchor began to fail, or takes checkpoints again.</summary>
public sealed record AnchorChanged : IGovernanceBody<AnchorChanged>
{
    public static string Verb => "anchor_changed";

    static JsonTypeInfo<AnchorChanged> IGovernanceBody<AnchorChanged>.Json => GovernanceJson.Default.AnchorChanged;

    /// <summary>Its name in the settings.</summary>
    public required string Anchor { get; init; }

    public required bool Fails { get; init; }

    /// <summary>Size of the last checkpoint it took; null before the first.</summary>
    public required long? Size { get; init; }
}

/// <summary>
/// Brings checkpoints to their anchors: each on its own schedule while the log grows, once a day otherwise, again
/// after a failure with growing pauses. What each took last is remembered, so a restart repeats nothing.
/// </summary>
public sealed partial class AnchorKeeper
{
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    private readonly string _file;
    private readonly Func<byte[]?> _note;
    private readonly GovernanceLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger<AnchorKeeper> _logger;
    private readonly List<Kept> _kept;

    /// <param name="file">Where it is remembered what each took last.</param>
    /// <param name="anchors">By name, with their settings.</param>
    /// <param name="note">The newest signed checkpoint; null before the first.</param>
    /// <param name="log">Told when an anchor begins or ceases to fail.</param>
    public AnchorKeeper(
        string file, IReadOnlyList<(string Name, AnchorSettings Settings, IAnchor Anchor)> anchors,
        Func<byte[]?> note, GovernanceLog log, TimeProvider time, ILogger<AnchorKeeper> logger)
    {
        (_file, _note, _log, _time, _logger) = (file, note, log, time, logger);
        var known = Load(file);
        _kept =
        [
            .. anchors.Select(a => new Kept(a.Settings, a.Anchor, known.FirstOrDefault(k => k.Name == a.Name) is { } k
                ? k with { Kind = a.Settings.Kind }
                : new AnchorState(a.Name, a.Settings.Kind, null, null, null, null))),
        ];
    }

    /// <summary>Every anchor, by name.</summary>
    public IReadOnlyList<AnchorState> States => [.. _kept.Select(k => k.State).OrderBy(s => s.Name)];

    /// <summary>Does what is due.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        if (_note() is not { } note || !SignedNote.TryParse(note, out var parsed, out _)
            || !Checkpoint.TryParse(parsed.Text, out var checkpoint, out _))
        {
            return;
        }

        foreach (var kept in _kept.Where(k => IsDue(k, checkpoint.Size)).ToList())
            await PlaceAsync(kept, new AnchoredCheckpoint(checkpoint, note, _time.GetUtcNow()), cancellationToken);
    }

    private bool IsDue(Kept kept, long size)
    {
        var (state, now) = (kept.State, _time.GetUtcNow());
        if (kept.RetryAt is { } retry)
            return now >= retry;

        var every = size == state.Size && kept.Settings.Every < Daily ? Daily : kept.Settings.Every;
        return state.At is not { } last || now >= last + every;
    }

    private async Task PlaceAsync(Kept kept, AnchoredCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var before = kept.State;
        try
        {
            await kept.Anchor.PlaceAsync(checkpoint, cancellationToken);
            kept.State = before with
            {
                Size = checkpoint.Checkpoint.Size,
                At = checkpoint.At,
                Failure = null,
                Since = null,
            };
            (kept.RetryAt, kept.Pause) = (null, FirstRetry);
        }
        catch (IOException fault)
        {
            LogNotPlaced(before.Name, fault.Message);
            kept.State = before with { Failure = fault.Message, Since = before.Since ?? checkpoint.At };
            kept.RetryAt = checkpoint.At + kept.Pause;
            kept.Pause = kept.Pause * 2 < LongestRetry ? kept.Pause * 2 : LongestRetry;
        }

        DurableFile.Replace(_file, JsonSerializer.SerializeToUtf8Bytes(
            _kept.Select(k => k.State).ToList(), AnchorJson.Default.ListAnchorState));
        if ((before.Failure is null) != (kept.State.Failure is null))
        {
            var changed = new AnchorChanged
            {
                Anchor = before.Name,
                Fails = kept.State.Failure is not null,
                Size = kept.State.Size,
            };
            await _log.AppendAsync(GovernanceDraft.Of(Actor.Self, before.Name, changed), cancellationToken);
        }
    }

    private static List<AnchorState> Load(string file)
    {
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), AnchorJson.Default.ListAnchorState) ?? []
                : [];
        }
        catch (JsonException)
        {
            return []; // then each takes the newest checkpoint again, which harms nothing
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Anchor {Anchor} did not take the checkpoint: {Reason}")]
    private partial void LogNotPlaced(string anchor, string reason);

    private sealed class Kept(AnchorSettings settings, IAnchor anchor, AnchorState state)
    {
        public AnchorSettings Settings => settings;

        public IAnchor Anchor => anchor;

        public AnchorState State { get; set; } = state;

        public DateTimeOffset? RetryAt { get; set; }

        public TimeSpan Pause { get; set; } = FirstRetry;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(List<AnchorState>))]
internal sealed partial class AnchorJson : JsonSerializerContext;
