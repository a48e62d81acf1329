using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Provost.Control.Access;
using Provost.Testing;

namespace Provost.Control.Tests;

/// <summary>Who may make the server read a body: whether it was sent tells whether the server asked for it.</summary>
public sealed class ControlDoorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("POST", "/api/plan")]
    [InlineData("POST", "/api/apply")]
    [InlineData("POST", "/api/import")]
    [InlineData("POST", "/api/intake")]
    [InlineData("POST", "/api/admission")]
    [InlineData("POST", "/api/people")]
    [InlineData("POST", "/api/exceptions")]
    [InlineData("POST", "/api/systems/desk/releases/1.0.0/approvals")]
    [InlineData("PUT", "/api/blobs/sha256:00")]
    public async Task Nothing_is_read_of_what_a_stranger_sends(string method, string path)
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        foreach (var token in new[] { null, "pt_made_up" })
        {
            using var body = new Asked(70 << 20);
            var (status, code) = await SendAsync(house, method, path, body, token);
            Assert.Equal((HttpStatusCode.Unauthorized, "provost.login.needed"), (status, code));
            Assert.False(body.WasAskedFor);
        }
    }

    [Fact]
    public async Task Nothing_is_read_of_what_a_program_sends_beyond_its_scope()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var made = (await house.SendAsync("mia", HttpMethod.Post, "/api/people/services", new JsonObject
        {
            ["name"] = "ci",
            ["verbs"] = new JsonArray("gate"),
            ["systems"] = new JsonArray("*"),
        })).Ok();
        using var body = new Asked(70 << 20);
        var (status, code) = await SendAsync(house, "POST", "/api/apply", body, (string)made["token"]!);
        Assert.Equal((HttpStatusCode.Forbidden, "provost.automation.scope"), (status, code));
        Assert.False(body.WasAskedFor);
    }

    [Theory]
    [InlineData("/api/setup")]
    [InlineData("/api/login")]
    [InlineData("/api/invitations/accept")]
    [InlineData("/api/sessions/ci")]
    public async Task A_way_in_reads_no_more_than_it_needs(string path)
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        using var said = new Asked(RequestIdentity.MaxUnprovenBody + 1);
        Assert.Equal(
            (HttpStatusCode.BadRequest, "provost.login.too_large"),
            await SendAsync(house, "POST", path, said, token: null));
        Assert.False(said.WasAskedFor);

        using var unsaid = new Asked(RequestIdentity.MaxUnprovenBody + 1, isChunked: true);
        var (status, _) = await SendAsync(house, "POST", path, unsaid, token: null);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    private static async Task<(HttpStatusCode Status, string? Code)> SendAsync(
        ControlHouse house, string method, string path, HttpContent body, string? token)
    {
        // the client waits with the body until the server asks for it (RFC 9110 section 10.1.1)
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan };
        using var http = new HttpClient(handler) { BaseAddress = house.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        request.Headers.ExpectContinue = true;
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : (string?)JsonNode.Parse(text)!["code"]);
    }

    /// <summary>A JSON text of blanks that knows whether it was sent.</summary>
    private sealed class Asked : HttpContent
    {
        private readonly int _length;
        private readonly bool _isChunked;

        public Asked(int length, bool isChunked = false)
        {
            (_length, _isChunked) = (length, isChunked);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public bool WasAskedFor { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasAskedFor = true;
            var blanks = new byte[1 << 16];
            blanks.AsSpan().Fill((byte)' ');
            for (var left = _length; left > 0; left -= blanks.Length)
                await stream.WriteAsync(blanks.AsMemory(0, Math.Min(left, blanks.Length)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return !_isChunked;
        }
    }
}
