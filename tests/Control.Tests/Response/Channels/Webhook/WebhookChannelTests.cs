using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Provost.Control.Response.Channels;
using Provost.Control.Response.Channels.Webhook;
using Provost.Testing;

namespace Provost.Control.Tests.Response.Channels.Webhook;

public sealed class WebhookChannelTests : ChannelContract
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("a secret of 24 bytes ...");

    internal override async Task<(IFarSide Far, IAlertChannel Channel)> StartAsync()
    {
        var far = await Receiver.StartAsync();
        return (far, Channel(far.Address));
    }

    [Fact]
    public async Task Is_signed_so_that_the_far_side_can_tell_it_from_a_forgery()
    {
        await using var far = await Receiver.StartAsync();
        await Channel(far.Address).SendAsync(
            Page, new Provost.Control.Response.Contact("p-sam", "Sam", "sam@acme.example"), default);
        var (signature, body) = (far.Signature, far.Body);
        var stamp = signature[2..signature.IndexOf(',')];
        byte[] signed = [.. Encoding.ASCII.GetBytes(stamp + "."), .. body];
        var expected = HMACSHA256.HashData(Secret, signed);
        Assert.Equal($"t={stamp},v1={Convert.ToHexStringLower(expected)}", signature);
        Assert.Equal(new ManualTime().GetUtcNow().ToUnixTimeSeconds().ToString(), stamp);
    }

    [Fact]
    public async Task Carries_no_name_and_no_mail_address()
    {
        await using var far = await Receiver.StartAsync();
        await Channel(far.Address).SendAsync(
            Page, new Provost.Control.Response.Contact("p-sam", "Sam Ode", "sam@acme.example"), default);
        Assert.DoesNotContain("sam@", far.Taken[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Sam Ode", far.Taken[0], StringComparison.Ordinal);
        Assert.Contains("p-sam", far.Taken[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://acme.example", 24)]
    [InlineData("https://acme.example", 15)]
    public void Needs_http_and_a_secret_of_some_length(string address, int length) =>
        Assert.Throws<ArgumentException>(() => ChannelCatalog.Create(
            new ChannelSetup("webhook", new Uri(address), new byte[length], null, null),
            new ChannelWires(null!, null!), TimeProvider.System));

    private static IAlertChannel Channel(Uri address) => ChannelCatalog.Create(
        new ChannelSetup("webhook", address, Secret, null, null),
        new ChannelWires(new HttpMessageInvoker(new SocketsHttpHandler()), null!), new ManualTime());

    private sealed class Receiver : IFarSide
    {
        private readonly List<string> _taken = [];
        private readonly TaskCompletionSource _closing = new();
        private WebApplication _app = null!;

        public Uri Address { get; private set; } = null!;

        public bool Refuses { get; set; }

        public bool Hangs { get; set; }

        public string Signature { get; private set; } = "";

        public byte[] Body { get; private set; } = [];

        public IReadOnlyList<string> Taken => _taken;

        public static async Task<Receiver> StartAsync()
        {
            var far = new Receiver();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            far._app = builder.Build();
            far._app.MapPost("/page", far.TakeAsync);
            await far._app.StartAsync();
            far.Address = new Uri(far._app.Urls.Single() + "/page");
            return far;
        }

        public string Read(string taken)
        {
            using var json = JsonDocument.Parse(taken[taken.IndexOf('{')..]);
            return string.Join('\n', Strings(json.RootElement));
        }

        public void Close() => _app.StopAsync().GetAwaiter().GetResult();

        public async ValueTask DisposeAsync()
        {
            _closing.TrySetResult();
            await _app.DisposeAsync();
        }

        private async Task TakeAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Body = body.ToArray();
            Signature = context.Request.Headers["Provost-Signature"].ToString();
            _taken.Add(context.Request.Headers["Idempotency-Key"] + "\n" + Encoding.UTF8.GetString(Body));
            if (Hangs)
            {
                await _closing.Task;
            }

            context.Response.StatusCode = Refuses ? 503 : 202;
        }

        private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Strings(p.Value)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
            _ => [json.ToString()],
        };
    }
}
