using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Provost.Server.Operations;

/// <summary>
/// Metrics for scrapes; and metrics, traces and logs by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. The
/// other variables of the OpenTelemetry specification (protocol, headers, intervals, resource) hold as well.
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
            .SetResourceBuilder(Resource())
            .AddMeter(Meters)
            .AddReader(new BaseExportingMetricReader(_text));
        if (IsExported)
        {
            meters.AddOtlpExporter();
            _tracers = Sdk.CreateTracerProviderBuilder()
                .SetResourceBuilder(Resource())
                .AddSource("Provost.*", "Microsoft.AspNetCore", "Npgsql")
                .AddOtlpExporter()
                .Build();
        }

        _meters = meters.Build();
    }

    private static bool IsExported =>
        Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };

    /// <summary>The same lines that go to the console; nothing while no endpoint is named.</summary>
    public static void AddLogs(ILoggingBuilder logging)
    {
        if (!IsExported)
        {
            return;
        }

        logging.AddOpenTelemetry(options =>
        {
            options.SetResourceBuilder(Resource());
            options.IncludeFormattedMessage = true;
            options.AddOtlpExporter();
        });
    }

    public string Scrape() => _text.Scrape();

    public void Dispose()
    {
        _meters.Dispose();
        _tracers?.Dispose();
    }

    /// <summary>What <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c> say comes last and wins.</summary>
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("provost").AddTelemetrySdk().AddEnvironmentVariableDetector();
}
