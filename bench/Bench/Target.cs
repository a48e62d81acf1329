using System.Diagnostics;

namespace Provost.Bench;

/// <summary>A process tree that listens on a port; its CPU time is read from /proc.</summary>
internal sealed class Target(string name, int port, Process? process) : IDisposable
{
    private const double MicrosPerTick = 1e6 / 100; // USER_HZ is 100 on Linux

    public string Name => name;

    public int Port => port;

    /// <summary>User and system time of the process and its children so far.</summary>
    public double CpuMicros() => process is null ? 0 : Tree(process.Id).Sum(Ticks) * MicrosPerTick;

    /// <summary>Resident memory of the process and its children, in mebibytes.</summary>
    public double ResidentMiB() => process is null ? 0 : Tree(process.Id).Sum(Resident);

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process?.Dispose();
    }

    private static IEnumerable<int> Tree(int root)
    {
        yield return root;
        var children = $"/proc/{root}/task/{root}/children";
        var ids = File.Exists(children) ? File.ReadAllText(children) : "";
        foreach (var child in ids.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var id in Tree(int.Parse(child)))
            {
                yield return id;
            }
        }
    }

    private static double Ticks(int id)
    {
        var stat = Read($"/proc/{id}/stat");
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
