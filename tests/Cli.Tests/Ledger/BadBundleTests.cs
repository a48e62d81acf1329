using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Provost.Cli.Ledger;
using Provost.Ledger.Export;
using Provost.Ledger.Verification;

namespace Provost.Cli.Tests.Ledger;

/// <summary>Bad bundles at the command line: each has its own verdict and exit code, whatever its size.</summary>
[Collection(nameof(Terminal))]
public sealed partial class BadBundleTests : IDisposable
{
    private const long HeapLimit = 64 << 20;

    private readonly Terminal _terminal = new();
    private readonly SampleLog _log = new(40);

    public void Dispose()
    {
        _log.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Every_kind_of_fault_has_a_code_of_its_own_and_a_row_in_the_documentation()
    {
        var codes = Enum.GetValues<FaultKind>().ToDictionary(kind => kind.ToString(), VerdictCode.Of);
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Root(), "docs/ledger.md")))
            .ToDictionary(row => row.Groups[2].Value, row => int.Parse(row.Groups[1].Value));

        Assert.Equal(codes.Count, codes.Values.Distinct().Count());
        Assert.DoesNotContain(codes.Values, code => code is 0 or 1 or 2 or 3);
        Assert.Equal(codes.OrderBy(c => c.Value), rows.OrderBy(r => r.Value));
    }

    [Fact]
    public async Task A_damaged_bundle_ends_with_the_code_of_what_is_wrong()
    {
        var bundle = await _log.ExportAsync(_log.Whole("sys:loans"));
        using var other = new SampleLog(40);

        Assert.Equal(0, Verify(bundle));
        Assert.Equal(11, Verify(bundle[..^10]));
        Assert.Equal(10, Verify([.. bundle, 0]));
        Assert.Equal(11, Verify([]));
        Assert.Equal(10, Verify("no bundle"u8.ToArray()));
        Assert.Equal(16, Verify(await other.ExportAsync(other.Whole("sys:loans"))));
        Assert.Equal(15, Verify(bundle, _log.Trust with { Origin = "ledger.example/other", Log = [] }));
    }

    /// <summary>The bundle is more than twice what the process may have: it fails if any part of it is held.</summary>
    [Fact]
    public async Task A_bundle_larger_than_memory_is_verified_as_it_streams_by()
    {
        for (var i = 0; i < 2000; i++)
        {
            _log.Add("sys:large", "node-0", new JsonObject
            {
                ["type"] = "decision.outcome",
                ["modelRequested"] = new string((char)('a' + (i % 26)), 40_000),
            });
        }

        _log.Commit();
        var folder = Path.GetDirectoryName(_log.Folder)!;
        var (file, trust) = (Path.Combine(folder, "large.zip"), Path.Combine(folder, "trust.json"));
        await File.WriteAllBytesAsync(file, await _log.ExportAsync(_log.Request(
            Enumerable.Range(40, 2000).Select(i => (long)i), new StreamRange("sys:large", 0, 1999))));
        await File.WriteAllBytesAsync(trust, _log.Trust.ToBytes());
        Assert.True(new FileInfo(file).Length > 2 * HeapLimit);

        var (code, said) = await RunAsync("ledger", "verify", file, "--trust", trust, "--no-memory");
        Assert.True(code == 0, said);
        Assert.Contains("PROVED. 2000 entries.", said);
        using (var bytes = new FileStream(file, FileMode.Open))
        {
            bytes.Position = bytes.Length / 2;
            bytes.WriteByte((byte)'!');
        }

        (code, said) = await RunAsync("ledger", "verify", file, "--trust", trust, "--no-memory");
        Assert.Equal(21, code);
        Assert.Contains("First wrong entry", said);
    }

    private int Verify(byte[] bundle, TrustFile? trust = null)
    {
        var folder = Path.GetDirectoryName(_log.Folder)!;
        var (file, pinned) = (Path.Combine(folder, "bundle.zip"), Path.Combine(folder, "trust.json"));
        File.WriteAllBytes(file, bundle);
        File.WriteAllBytes(pinned, (trust ?? _log.Trust).ToBytes());
        return _terminal.Run("ledger", "verify", file, "--trust", pinned, "--no-memory").Code;
    }

    /// <summary>A real process whose heap cannot grow beyond the limit.</summary>
    private static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.Combine(Root(), "artifacts", "bin", "Cli", configuration, "provost");
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_GCHeapHardLimit"] = $"0x{HeapLimit:x}", ["NO_COLOR"] = "1" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Provost.slnx")))
            folder = Path.GetDirectoryName(folder)!;

        return folder;
    }

    [GeneratedRegex(@"^\| (\d+) \| ([A-Z][A-Za-z]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
