using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Provost.Stage;

/// <summary>A real server process on loopback with its own data folder.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _setupCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(Uri, Uri)> _listening =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource _nextLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string data)
    {
        _process = process;
        Data = data;
    }

    public string Data { get; }

    public int Id => _process.Id;

    /// <summary>Address of the AI traffic.</summary>
    public Uri Gateway { get; private set; } = new("http://127.0.0.1");

    /// <summary>Address of console, API and ledger.</summary>
    public Uri Control { get; private set; } = new("http://127.0.0.1");

    /// <summary>Everything it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the server and waits until <c>/readyz</c> says ready.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="arguments">Further arguments of <c>serve</c>.</param>
    /// <param name="ports">Data and control port; 0 takes free ones.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="environment">Variables that this process does not have.</param>
    public static async Task<ServerProcess> StartAsync(
        string data, IReadOnlyList<string> arguments, (int Data, int Control) ports,
        CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = await StartServingAsync(data, arguments, ports, cancellationToken, environment);
        await server.OrEndAsync(server.UntilReadyAsync(TimeSpan.FromMinutes(2), cancellationToken));
        return server;
    }

    /// <summary>Starts the server and waits until its gateway serves; the database may still be starting.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static async Task<ServerProcess> StartServingAsync(
        string data, IReadOnlyList<string> arguments, (int Data, int Control) ports,
        CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Checkout.Binary("Server", "Provost.Server"))
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] all =
        [
            "--data", data,
            "--data-address", $"127.0.0.1:{ports.Data}",
            "--control-address", $"127.0.0.1:{ports.Control}",
            .. arguments,
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var server = new ServerProcess(process, data);
        process.OutputDataReceived += (_, line) => server.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => server.Heard(line.Data);
        process.Exited += (_, _) => server.Ended();
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await server.OrEndAsync(server.WaitUntilServingAsync(cancellationToken));
        return server;
    }

    /// <summary>The code that a first start prints.</summary>
    public Task<string> SetupCodeAsync(CancellationToken cancellationToken) =>
        _setupCode.Task.WaitAsync(cancellationToken);

    /// <summary>Ends with the next line that it prints: whatever changes in it, it says so.</summary>
    public Task NextLineAsync()
    {
        lock (_output)
        {
            return _nextLine.Task;
        }
    }

    /// <summary>Waits until it has printed this, from its start on.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public Task SaidAsync(string text, TimeSpan within) => Patience.UntilAsync(
        within, $"the server says '{text}'", NextLineAsync,
        () => Task.FromResult(Output.Contains(text, StringComparison.Ordinal)));

    /// <summary>Waits until <c>/readyz</c> says ready.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public async Task UntilReadyAsync(TimeSpan within, CancellationToken cancellationToken = default)
    {
        using var http = new HttpClient();
        await Patience.UntilAsync(within, "readiness", NextLineAsync, async () =>
        {
            if (_process.HasExited)
            {
                throw Early();
            }

            using var ready = await http.GetAsync(new Uri(Control, "/readyz"), cancellationToken);
            return ready.IsSuccessStatusCode;
        }, cancellationToken);
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, then waits for the drain. Returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync();
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            try
            {
                await _process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        TaskCompletionSource heard;
        lock (_output)
        {
            _output.AppendLine(line);
            heard = _nextLine;
            _nextLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (line.Split("Setup code: ", 2) is [_, var code])
        {
            _setupCode.TrySetResult(code.Trim());
        }
        else if (Addresses().Match(line) is { Success: true } said)
        {
            _listening.TrySetResult((new Uri(said.Groups[1].Value), new Uri(said.Groups[2].Value)));
        }

        heard.TrySetResult();
    }

    private void Ended() => _listening.TrySetException(Early());

    private InvalidOperationException Early() => new($"The server ended with {_process.ExitCode}:\n{Output}");

    /// <summary>A server that nobody is given must not run on.</summary>
    private async Task OrEndAsync(Task start)
    {
        try
        {
            await start;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>It names its listeners once both are up and a snapshot is in force.</summary>
    private async Task WaitUntilServingAsync(CancellationToken cancellationToken) =>
        (Gateway, Control) = await _listening.Task.WaitAsync(cancellationToken);

    [GeneratedRegex("Gateway listens on (http[^ ,\"]+), console and API on (http[^ ,\"]+)")]
    private static partial Regex Addresses();
}
