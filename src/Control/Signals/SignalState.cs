using System.Text.Json.Serialization;

namespace Provost.Control.Signals;

/// <summary>The engine's state as it stands on disk: a fold of the log up to <see cref="Cursor"/>.</summary>
internal sealed record SignalState
{
    public const int Form = 1;

    public required int V { get; init; }

    /// <summary>Index of the first leaf that is not in this state.</summary>
    public required long Cursor { get; init; }

    public required IReadOnlyList<ReleaseState> Releases { get; init; }
}

internal sealed record ReleaseState
{
    public required string System { get; init; }

    public required string Environment { get; init; }

    public required string Release { get; init; }

    public required IReadOnlyList<MonitorState> Monitors { get; init; }
}

/// <summary>One monitor; detectors as the bytes of their doubles, so that a restart changes no bit.</summary>
internal sealed record MonitorState
{
    public required string Signal { get; init; }

    public string? Feature { get; init; }

    public required byte[] Rising { get; init; }

    public required byte[] Returning { get; init; }

    public required CountsState Pane { get; init; }

    public required CountsState Suspect { get; init; }

    public DateTimeOffset? PaneStart { get; init; }

    public required IReadOnlyList<CountsState> Window { get; init; }

    public DateTimeOffset? SuspectedSince { get; init; }

    public DateTimeOffset? OpenSince { get; init; }

    public DateTimeOffset? Last { get; init; }

    public required bool Proving { get; init; }

    public required HistoryState History { get; init; }
}

internal sealed record CountsState(long Rows, long[] Events)
{
    public static CountsState Of(PaneCounts counts) => new(counts.Rows, counts.Events.ToArray());

    public PaneCounts ToCounts(int events)
    {
        if (Events.Length != events)
        {
            throw new FormatException($"{Events.Length} events stand in the state, {events} are counted.");
        }

        var counts = new PaneCounts(events);
        counts.Saw(Rows);
        for (var e = 0; e < events; e++)
        {
            counts.Hit(e, Events[e]);
        }

        return counts;
    }
}

internal sealed record HistoryState
{
    public required DateTimeOffset Minute { get; init; }

    public required CountsState Open { get; init; }

    public required IReadOnlyList<SignalPoint> Closed { get; init; }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SignalState))]
internal sealed partial class SignalStateJson : JsonSerializerContext;
