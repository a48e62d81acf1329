using System.Diagnostics;

namespace Provost.Bench;

/// <summary>A process tree that listens on a port, and the key it asks for; its CPU time is read from /proc.</summary>
internal sealed class Target(string name, int port, Process? process, string key = "none") : IDisposable
{
    private const double MicrosPerTick = 1e6 / 100; // USER_HZ is 100 on Linux

    public string Name => name;

    public int Port => port;

    /// <summary>Whether disposing ends the process; false where somebody else stops it in order.</summary>
    public bool IsOwned { get; init; } = true;

    public byte[] Plain { get; } = Wire.Request(port, key, stream: false);

    public byte[] Streamed { get; } = Wire.Request(port, key, stream: true);

    /// <summary>
    /// Looks of a fifth of a second that must be quiet in a row before the aftermath of a load counts as over; more for
    /// a target that pauses between its rounds of work.
    /// </summary>
    public int QuietLooks { get; init; } = 1;

    /// <summary>
    /// Microseconds that each thread which recompiles hot code has used so far, in the process and its children. Such a
    /// thread ends when it has nothing to do, and another begins.
    /// </summary>
    public IReadOnlyDictionary<string, double> CompilerMicros() => process is null
        ? new Dictionary<string, double>()
        : Tree(process.Id).SelectMany(id => Children($"/proc/{id}/task"))
            .Where(t => Read($"{t}/comm").StartsWith(".NET Tiered", StringComparison.Ordinal))
            .ToDictionary(t => t, t => Ticks($"{t}/stat") * MicrosPerTick);

    /// <summary>User and system time of the process and its children so far.</summary>
    public double CpuMicros() =>
        process is null ? 0 : Tree(process.Id).Sum(id => Ticks($"/proc/{id}/stat")) * MicrosPerTick;

    /// <summary>Resident memory of the process and its children, in mebibytes.</summary>
    public double ResidentMiB() => process is null ? 0 : Tree(process.Id).Sum(Resident);

    /// <summary>
    /// Waits until the target has done what the load left behind (records still to be indexed), so that this work is
    /// counted where it belongs and does not disturb the next target.
    /// </summary>
    public async Task SettleAsync()
    {
        const double quiet = 20_000; // microseconds of CPU in one look: a tenth of one core
        var quietLooks = 0;
        for (var look = 0; look < 100 && quietLooks < QuietLooks; look++)
        {
            var before = CpuMicros();
            await Task.Delay(200);
            quietLooks = CpuMicros() - before <= quiet ? quietLooks + 1 : 0;
        }
    }

    public void Dispose()
    {
        if (IsOwned && process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process?.Dispose();
    }

    /// <summary>Children are listed under the thread that started them, so every thread is asked.</summary>
    private static IEnumerable<int> Tree(int root)
    {
        yield return root;
        foreach (var thread in Children($"/proc/{root}/task"))
        {
            foreach (var child in Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (var id in int.TryParse(child, out var parsed) ? Tree(parsed) : [])
                {
                    yield return id;
                }
            }
        }
    }

    private static string[] Children(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static double Ticks(string file)
    {
        var stat = Read(file);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields.Length > 12 ? double.Parse(fields[11]) + double.Parse(fields[12]) : 0;
    }

    private static double Resident(int id)
    {
        var line = Read($"/proc/{id}/status").Split('\n')
            .FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal)) / 1024;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ") "; // the process ended between listing and reading: it counts nothing
        }
    }
}
