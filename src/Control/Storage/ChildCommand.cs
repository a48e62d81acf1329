using System.Diagnostics;

namespace Provost.Control.Storage;

/// <summary>How a child process is begun: its output read, its working folder the root, and nothing of this process's
/// environment, in which provider keys may stand and which another account could read.</summary>
internal static class ChildCommand
{
    /// <param name="program">Full path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">What it needs beyond path, locale and time zone.</param>
    public static ProcessStartInfo Of(
        string program, IReadOnlyList<string> arguments, params ReadOnlySpan<(string Name, string Value)> variables)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/bin:/bin";
        info.Environment["LC_ALL"] = "C.UTF-8";
        info.Environment["TZ"] = "UTC";
        foreach (var (name, value) in variables)
            info.Environment[name] = value;

        return info;
    }
}
