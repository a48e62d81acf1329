using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Provost.Server.Operations;

/// <summary>
/// Collects metrics when asked and writes them in the Prometheus text format 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats): dots become underscores, counters end in <c>_total</c>.
/// </summary>
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();

    public Func<int, bool>? Collect { get; set; }

    /// <summary>One scrape; scrapes wait for each other.</summary>
    public string Scrape()
    {
        lock (_lock)
        {
            _text.Clear();
            Collect?.Invoke(5000);
            return _text.ToString();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            Write(metric);
        }

        return ExportResult.Success;
    }

    private void Write(Metric metric)
    {
        var name = Name(metric);
        var kind = metric.MetricType.IsHistogram() ? "histogram" : metric.MetricType.IsSum() ? "counter" : "gauge";
        _text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace('\n', ' ')).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (metric.MetricType.IsHistogram())
            {
                WriteHistogram(name, point);
                continue;
            }

            var value = metric.MetricType switch
            {
                MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                MetricType.LongGauge => point.GetGaugeLastValueLong(),
                MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
                _ => point.GetGaugeLastValueDouble(),
            };
            Line(name, point.Tags, null, value);
        }
    }

    private void WriteHistogram(string name, in MetricPoint point)
    {
        long running = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            running += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Line(name + "_bucket", point.Tags, bound, running);
        }

        Line(name + "_sum", point.Tags, null, point.GetHistogramSum());
        Line(name + "_count", point.Tags, null, point.GetHistogramCount());
    }

    private void Line(string name, ReadOnlyTagCollection tags, string? bound, double number)
    {
        _text.Append(name);
        var first = true;
        foreach (var tag in tags)
        {
            var value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
            Label(tag.Key.Replace('.', '_'), value, ref first);
        }

        if (bound is not null)
        {
            Label("le", bound, ref first);
        }

        _text.Append(first ? "" : "}").Append(' ').Append(Number(number)).Append('\n');
    }

    private void Label(string name, string value, ref bool first)
    {
        _text.Append(first ? '{' : ',').Append(name).Append("=\"");
        _text.Append(value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n")).Append('"');
        first = false;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Name(Metric metric)
    {
        var name = new string([.. metric.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        name = unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal) ? name + unit : name;
        var monotonic = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        return monotonic ? name + "_total" : name;
    }
}
