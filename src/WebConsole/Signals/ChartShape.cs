using System.Globalization;
using System.Text;
using Provost.Control.Signals;

namespace Provost.WebConsole.Signals;

/// <summary>A box of the drawing, in its units.</summary>
public readonly record struct Box(double Left, double Top, double Width, double Height)
{
    public double Right => Left + Width;

    public double Bottom => Top + Height;
}

/// <summary>A span along the time axis without samples, or in breach.</summary>
public readonly record struct Stretch(double X, double Width);

/// <summary>
/// The geometry of a signal over time: a line per run of minutes with samples, a hatched stretch where there were none,
/// the approved threshold, and where a breach lay. Nothing is joined over a gap and nothing starts below zero.
/// </summary>
public sealed record ChartShape
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SmallestGap = TimeSpan.FromMinutes(5);

    public required Box Area { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>The value at the upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>SVG path data of the line; empty without samples.</summary>
    public required string Line { get; init; }

    /// <summary>SVG path data of what the window left possible, minute by minute; empty without closed panes.</summary>
    public required string Band { get; init; }

    /// <summary>Times without samples; the whole area when there are none at all.</summary>
    public required IReadOnlyList<Stretch> Gaps { get; init; }

    /// <summary>Times in breach, clipped to the drawing.</summary>
    public required IReadOnlyList<Stretch> Breaches { get; init; }

    /// <summary>Height of a value, within the area.</summary>
    public double Y(double value) => Area.Bottom - Math.Clamp(value / Top, 0, 1) * Area.Height;

    /// <summary>Place of an instant, within the area.</summary>
    public double X(DateTimeOffset at) => Area.Left + Math.Clamp((at - From) / (To - From), 0, 1) * Area.Width;

    /// <summary>A number as SVG writes it.</summary>
    public static string Svg(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    /// <param name="top">The value at the upper edge; null: a little above the highest.</param>
    /// <param name="breaches">Excursions, open ones without an end.</param>
    public static ChartShape Of(SignalReading reading, DateTimeOffset now, Box area, double? top = null,
        IReadOnlyList<(DateTimeOffset Since, DateTimeOffset? Until)>? breaches = null)
    {
        var points = reading.History;
        // the drawing begins with the first sample: before it there was nothing to measure
        var from = points.Count > 0 ? points[0].Minute : now - Shortest;
        var highest = points.Select(p => p.Value).Append(reading.Approved).Append(reading.Limit)
            .Append(reading.Value is null ? 0 : reading.High).Where(double.IsFinite).Max();
        var shape = new ChartShape
        {
            Area = area,
            From = from,
            To = now - from < Shortest ? from + Shortest : now,
            Top = top ?? (highest > 0 ? highest * 1.15 : 1),
            Line = "",
            Band = "",
            Gaps = [],
            Breaches = [],
        };
        return shape with
        {
            Line = shape.Draw(points),
            Band = shape.DrawBand(points),
            Gaps = shape.FindGaps(points),
            Breaches =
            [
                .. (breaches ?? []).Where(b => (b.Until ?? now) > from)
                    .Select(b => shape.Between(b.Since, b.Until ?? now)),
            ],
        };
    }

    private TimeSpan GapAfter => (To - From) / 60 is var share && share > SmallestGap ? share : SmallestGap;

    private Stretch Between(DateTimeOffset since, DateTimeOffset until) =>
        new(X(since), Math.Max(X(until) - X(since), 1));

    private string Draw(IReadOnlyList<SignalPoint> points)
    {
        var path = new StringBuilder();
        for (var i = 0; i < points.Count; i++)
        {
            var joins = i > 0 && points[i].Minute - points[i - 1].Minute <= GapAfter;
            path.Append(joins ? 'L' : 'M').Append(Svg(X(points[i].Minute))).Append(' ').Append(Svg(Y(points[i].Value)));
            var isAlone = !joins && (i + 1 == points.Count || points[i + 1].Minute - points[i].Minute > GapAfter);
            if (isAlone)
            {
                // a minute without neighbours would be a line of no length: it is drawn as long as it lasted
                path.Append('H').Append(Svg(Math.Max(X(points[i].Minute.AddMinutes(1)), X(points[i].Minute) + 1)));
            }
        }

        return path.ToString();
    }

    /// <summary>One closed outline per run of minutes: the upper ends forward, the lower ends back.</summary>
    private string DrawBand(IReadOnlyList<SignalPoint> points)
    {
        var path = new StringBuilder();
        var run = new List<SignalPoint>();
        foreach (var point in points)
        {
            if (run.Count > 0 && (point.High is null || point.Minute - run[^1].Minute > GapAfter))
            {
                Outline(run, path);
            }

            if (point.High is not null)
            {
                run.Add(point);
            }
        }

        Outline(run, path);
        return path.ToString();
    }

    private void Outline(List<SignalPoint> run, StringBuilder path)
    {
        if (run.Count == 0)
        {
            return;
        }

        // each interval holds until the next, the last one as long as its minute
        var last = Math.Max(X(run[^1].Minute.AddMinutes(1)), X(run[^1].Minute) + 1);
        var ends = run.Skip(1).Select(p => X(p.Minute)).Append(last).ToList();
        path.Append('M').Append(Svg(X(run[0].Minute))).Append(' ').Append(Svg(Y(run[0].High!.Value)));
        foreach (var (point, end) in run.Zip(ends))
        {
            path.Append('V').Append(Svg(Y(point.High!.Value))).Append('H').Append(Svg(end));
        }

        foreach (var (point, end) in run.Zip(ends).Reverse())
        {
            path.Append('H').Append(Svg(end)).Append('V').Append(Svg(Y(point.Low!.Value)));
        }

        path.Append('H').Append(Svg(X(run[0].Minute))).Append('Z');
        run.Clear();
    }

    private List<Stretch> FindGaps(IReadOnlyList<SignalPoint> points)
    {
        if (points.Count == 0)
        {
            return [new Stretch(Area.Left, Area.Width)];
        }

        var gaps = new List<Stretch>();
        var last = From;
        foreach (var minute in points.Select(p => p.Minute).Append(To))
        {
            if (minute - last > GapAfter)
            {
                gaps.Add(Between(last, minute));
            }

            last = minute;
        }

        return gaps;
    }
}
