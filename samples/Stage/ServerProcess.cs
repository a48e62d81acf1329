using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Provost.Stage;

/// <summary>A real server process on loopback with its own data folder.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _setupCode = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
    public static async Task<ServerProcess> StartAsync(
        string data, IReadOnlyList<string> arguments, (int Data, int Control) ports,
        CancellationToken cancellationToken)
    {
        var server = await StartServingAsync(data, arguments, ports, cancellationToken);
        await server.OrEndAsync(server.WaitUntilReadyAsync(cancellationToken));
        return server;
    }

    /// <summary>Starts the server and waits until its gateway serves; the database may still be starting.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static async Task<ServerProcess> StartServingAsync(
        string data, IReadOnlyList<string> arguments, (int Data, int Control) ports,
        CancellationToken cancellationToken)
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

        // the file of an earlier run names ports that are gone
        if (Directory.Exists(data))
        {
            File.Delete(Path.Combine(data, "addresses.json"));
        }

        var process = Process.Start(start)!;
        var server = new ServerProcess(process, data);
        process.OutputDataReceived += (_, line) => server.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => server.Heard(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await server.OrEndAsync(server.WaitUntilServingAsync(cancellationToken));
        return server;
    }

    /// <summary>The code that a first start prints.</summary>
    public Task<string> SetupCodeAsync(CancellationToken cancellationToken) =>
        _setupCode.Task.WaitAsync(cancellationToken);

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

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.Split("Setup code: ", 2) is [_, var code])
        {
            _setupCode.TrySetResult(code.Trim());
        }
    }

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

    private async Task WaitUntilServingAsync(CancellationToken cancellationToken)
    {
        // the file comes last: both listeners are up and a snapshot is in force
        var addresses = Path.Combine(Data, "addresses.json");
        while (!File.Exists(addresses))
        {
            await PauseAsync(cancellationToken);
        }

        var at = JsonNode.Parse(await File.ReadAllTextAsync(addresses, cancellationToken))!;
        Gateway = new Uri((string)at["gateway"]!);
        Control = new Uri((string)at["control"]!);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            using var ready = await http.GetAsync(new Uri(Control, "/readyz"), cancellationToken);
            if (ready.IsSuccessStatusCode)
            {
                return;
            }

            await PauseAsync(cancellationToken);
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
        }

        await Task.Delay(50, cancellationToken);
    }
}
