using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Provost.Server.Operations;

/// <summary>
/// Metrics for scrapes, and metrics and traces by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    private static readonly string[] Meters =
    [
        "Provost.*", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql",
    ];

    private readonly MeterProvider _meters;
    private readonly TracerProvider? _tracers;
    private readonly PrometheusText _text = new();

    public Telemetry()
    {
        var meters = Sdk.CreateMeterProviderBuilder()
            .AddMeter(Meters)
            .AddReader(new BaseExportingMetricReader(_text));
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            meters.AddOtlpExporter();
            _tracers = Sdk.CreateTracerProviderBuilder()
                .AddSource("Provost.*", "Microsoft.AspNetCore", "Npgsql")
                .AddOtlpExporter()
                .Build();
        }

        _meters = meters.Build();
    }

    public string Scrape() => _text.Scrape();

    public void Dispose()
    {
        _meters.Dispose();
        _tracers?.Dispose();
    }
}
