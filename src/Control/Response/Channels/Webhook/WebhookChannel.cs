using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provost.Control.Incidents;

namespace Provost.Control.Response.Channels.Webhook;

/// <summary>
/// Posts a page as JSON. <c>Provost-Signature: t=unix seconds,v1=hex</c> is HMAC-SHA-256 of <c>t.body</c> under the
/// shared secret, so the far side can refuse forgeries and old copies; <c>Idempotency-Key</c> is the page's id, the
/// same on every attempt. The body names role and person id, never a mail address.
/// </summary>
internal sealed class WebhookChannel(Uri address, byte[] secret, HttpMessageInvoker http, TimeProvider time)
    : IAlertChannel
{
    public string Id => "webhook";

    public static IAlertChannel Create(ChannelSetup setup, ChannelWires wires, TimeProvider time)
    {
        if (setup.Address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException("A webhook needs an http or https address.", nameof(setup));
        }

        return setup.Secret is { Length: >= 16 } secret
            ? new WebhookChannel(setup.Address, secret, wires.Http, time)
            : throw new ArgumentException("A webhook needs a secret of at least 16 bytes.", nameof(setup));
    }

    public async Task<DeliveryOutcome> SendAsync(PageMessage page, Contact to, CancellationToken cancellationToken)
    {
        var body = Body(page, to);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", page.Page.ToString());
        request.Headers.Add("Provost-Signature", Sign(body, time.GetUtcNow().ToUnixTimeSeconds(), secret));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (!response.IsSuccessStatusCode)
            {
                return new DeliveryOutcome.Failed($"answered {status}");
            }

            var named = response.Headers.TryGetValues("X-Request-Id", out var ids) ? $" {ids.First()}" : "";
            return new DeliveryOutcome.Delivered(DeliveryOutcome.Printable(status + named));
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new DeliveryOutcome.Failed($"not reached ({e.GetType().Name})");
        }
    }

    /// <summary>The signature header's value; a receiver computes the same and compares in constant time.</summary>
    internal static string Sign(ReadOnlySpan<byte> body, long unixSeconds, byte[] secret)
    {
        var stamp = unixSeconds.ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.ASCII.GetBytes(stamp + "."));
        hmac.AppendData(body);
        return $"t={stamp},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }

    private static byte[] Body(PageMessage page, Contact to)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("page", page.Page);
            if (page.Incident is { } incident)
                json.WriteString("incident", incident);

            json.WriteString("purpose", page.Purpose switch
            {
                PagePurpose.Recovery => "recovery",
                PagePurpose.Notice => "notice",
                PagePurpose.Drill => "drill",
                _ => "alert",
            });
            json.WriteString("title", page.Title);
            json.WriteString("system", page.System);
            json.WriteString("environment", page.Environment);
            json.WriteString("since", page.Since.UtcDateTime);
            json.WriteStartObject("to");
            json.WriteString("person", to.Person);
            json.WriteString("role", page.Role);
            json.WriteEndObject();
            WriteFindings(json, page);
            json.WriteStartArray("done");
            foreach (var line in page.Done)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            WriteNotice(json, page);
            WriteLinks(json, page);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteNotice(Utf8JsonWriter json, PageMessage page)
    {
        if (page.Notice is not { } notice)
            return;

        json.WriteStartArray("lines");
        foreach (var line in notice.Lines)
            json.WriteStringValue(line);

        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, PageMessage page)
    {
        json.WriteStartObject("links");
        if (page.AcknowledgeLink is { } acknowledge)
            json.WriteString("acknowledge", acknowledge.AbsoluteUri);

        if (page.IncidentLink is { } incident)
            json.WriteString("incident", incident.AbsoluteUri);

        json.WriteString("system", page.SystemLink.AbsoluteUri);
        json.WriteEndObject();
    }

    private static void WriteFindings(Utf8JsonWriter json, PageMessage page)
    {
        json.WriteStartArray("findings");
        foreach (var finding in page.Findings)
        {
            json.WriteStartObject();
            json.WriteString("signal", finding.Name);
            json.WriteNumber("value", finding.Value);
            json.WriteNumber("limit", finding.Limit);
            json.WriteNumber("rows", finding.Rows);
            json.WriteString("evidence", finding.Evidence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
