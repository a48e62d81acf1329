using System.Globalization;

namespace Provost.Control.Decisions;

/// <summary>Which decisions are asked for. Conditions that are set hold together; null or empty means any.</summary>
public sealed record DecisionFilter
{
    /// <summary>Name of the governed system.</summary>
    public string? System { get; init; }

    /// <summary>Environment.</summary>
    public string? Environment { get; init; }

    /// <summary>Release digest, whole.</summary>
    public string? Release { get; init; }

    /// <summary>A model, requested or served.</summary>
    public string? Model { get; init; }

    /// <summary>Outcome.</summary>
    public string? Outcome { get; init; }

    /// <summary>Any part of the refusal's code, whatever its case.</summary>
    public string? Code { get; init; }

    /// <summary>Cohorts as <c>name=value</c>; all of them must hold.</summary>
    public IReadOnlyList<string> Cohort { get; init; } = [];

    /// <summary>Not before, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before, exclusive.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Id of a client key.</summary>
    public string? CallerKey { get; init; }

    /// <summary>The first characters of a decision's id, hyphens or not.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Id of the exception that it was made under, whole.</summary>
    public string? Exception { get; init; }

    /// <summary>Id of the adoption that it passed under, ungoverned, whole.</summary>
    public string? Adoption { get; init; }

    /// <summary>Drills alone (true), none of them (false), or both.</summary>
    public bool? Drill { get; init; }
}

/// <summary>The place after the last row of a page: pages stay right while new decisions arrive.</summary>
/// <param name="Time">Of the last row.</param>
/// <param name="LeafIndex">Of the last row; it breaks ties.</param>
public sealed record DecisionCursor(DateTimeOffset Time, long LeafIndex)
{
    /// <summary>For a link.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Time.UtcTicks / TimeSpan.TicksPerMicrosecond}-{LeafIndex}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static DecisionCursor? Parse(string? text)
    {
        var parts = (text ?? "").Split('-');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var leaf)
            || micros > DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMicrosecond)
        {
            return null;
        }

        return new DecisionCursor(new DateTimeOffset(micros * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero), leaf);
    }
}

/// <summary>Decisions, newest first.</summary>
/// <param name="Rows">At most as many as asked for.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record DecisionPage(IReadOnlyList<DecisionRow> Rows, DecisionCursor? Next);
