using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Provost.Upstreams;

/// <summary>
/// Stand-ins for what lies outside Provost: a vendor's chat endpoint and a scoring service, on one loopback port, in
/// their real wire formats. Both say in a header that they are samples.
/// </summary>
public sealed class SampleUpstreams : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SampleUpstreams(WebApplication app) => _app = app;

    /// <summary>For example <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Starts on a free port of the loopback interface.</summary>
    /// <param name="admissionsCsv">The text of <c>ucb-admissions.csv</c>.</param>
    /// <param name="slowness">How long version 2 of the scorer lets a caller wait.</param>
    /// <param name="port">0 takes any free port.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<SampleUpstreams> StartAsync(
        string admissionsCsv, TimeSpan slowness, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.MapChat(time);
        app.MapScorer(AdmissionsModel.Fit(admissionsCsv), slowness, time);
        await app.StartAsync(cancellationToken);
        return new SampleUpstreams(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
