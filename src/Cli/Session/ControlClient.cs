using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Provost.Cli.Session;

/// <summary>The control API: JSON in, JSON out, a problem becomes a <see cref="CommandFault"/>.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Credentials _credentials;

    public ControlClient(Credentials credentials)
    {
        _credentials = credentials;
        if (!Uri.TryCreate(credentials.Server, UriKind.Absolute, out var server)
            || (server.Scheme != Uri.UriSchemeHttp && server.Scheme != Uri.UriSchemeHttps))
        {
            throw new CommandFault(
                $"'{credentials.Server}' is no address of a server. Write it as https://provost.acme.example.", 2);
        }

        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
#pragma warning disable RS0030 // the CLI is a client outside the server: the egress resolver is not its business
        _http = new HttpClient(handler)
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromMinutes(5),
        };
#pragma warning restore RS0030
        if (credentials.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Credentials Credentials => _credentials;

    public static ControlClient Open() => new(Credentials.Load());

    public async Task<JsonNode> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await SendAsync(HttpMethod.Post, path, content, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task PutBytesAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await SendAsync(HttpMethod.Put, path, content, cancellationToken);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Delete, path, null, cancellationToken);
    }

    /// <summary>Copies the answer's body, of any size, to a stream.</summary>
    public async Task DownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    /// <summary>The same for an answer that is no plain reading.</summary>
    public async Task PostDownloadAsync(string path, Stream target, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, null, cancellationToken);
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw new CommandFault(
                $"No answer from {_credentials.Server}: {fault.Message}\n"
                + "Is the server running? Start it with 'provost serve', or name another with PROVOST_SERVER.",
                exitCode: 3);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await FaultAsync(answer, cancellationToken);
        }
    }

    private async Task<JsonNode> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text) ?? new JsonObject();
        }
        catch (JsonException)
        {
            throw new CommandFault(
                $"What answers at {_credentials.Server} is no Provost. Name the server with PROVOST_SERVER.", 3);
        }
    }

    /// <summary>problem+json to lines: title and code, the detail, then each error with its place and remedy.</summary>
    private static async Task<CommandFault> FaultAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        JsonNode? problem = null;
        try
        {
            problem = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // not a problem document: the status alone is reported below
        }

        var detail = (string?)problem?["detail"] ?? (string?)problem?["title"] ?? Bare(answer);
        var lines = new List<string>
        {
            $"{detail} ({(string?)problem?["code"] ?? ((int)answer.StatusCode).ToString()})",
        };
        foreach (var error in problem?["errors"] as JsonArray ?? [])
        {
            var where = $"{Place(error)}{((string?)error?["path"] is { Length: > 0 } path ? $"{path}: " : "")}";
            if (where.Length > 0 || (string?)error?["message"] != detail)
                lines.Add($"  {where}{error?["message"]}");

            if ((string?)error?["remedy"] is { Length: > 0 } remedy)
            {
                lines.Add($"    {remedy}");
            }
        }

        return new CommandFault(string.Join('\n', lines));
    }

    /// <summary>File, line and column, as far as they are known; a list of lines has no columns.</summary>
    private static string Place(JsonNode? error) => (string?)error?["file"] is not { } file ? ""
        : (int?)error["column"] is > 0 and var column ? $"{file}:{error["line"]}:{column}: "
        : $"{file}:{error["line"]}: ";

    /// <summary>What a status alone says.</summary>
    private static string? Bare(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.NotFound
        ? $"Nothing stands at {answer.RequestMessage?.RequestUri?.AbsolutePath}. Is an id or a name misspelt? The list "
            + "of the same command shows them."
        : answer.ReasonPhrase;
}
