using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Provost.Control.Access.Pipelines;
using Provost.Testing;

namespace Provost.Control.Tests.Access.Pipelines;

public sealed class IssuerKeysTests
{
    private static readonly Uri Address = new("https://issuer.example/jwks");

    [Fact]
    public async Task Whoever_asks_first_and_hangs_up_keeps_nobody_else_out()
    {
        using var issuer = new SlowIssuer();
        using var http = new HttpMessageInvoker(issuer);
        using var hangsUp = new CancellationTokenSource();
        var keys = new IssuerKeys(http, new ManualTime());
        var first = keys.FindAsync(Address, "ec", hangsUp.Token);
        await hangsUp.CancelAsync();
        issuer.Answer.SetResult();
        await Task.WhenAny(first);
        Assert.Single(await keys.FindAsync(Address, "ec", CancellationToken.None));
    }

    /// <summary>Answers when told to, unless whoever asks gave up before.</summary>
    private sealed class SlowIssuer : HttpMessageHandler
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Answer.Task.WaitAsync(cancellationToken);
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            var jwk = new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["kid"] = "ec",
                ["x"] = Base64Url.EncodeToString(point.X),
                ["y"] = Base64Url.EncodeToString(point.Y),
            };
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString()),
            };
        }

        protected override void Dispose(bool disposing)
        {
            _key.Dispose();
            base.Dispose(disposing);
        }
    }
}
