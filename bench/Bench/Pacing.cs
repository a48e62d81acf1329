using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Provost.Bench;

/// <summary>Sleeping to a point in time, some microseconds late at most while a core is free (Linux).</summary>
internal static partial class Pacing
{
    private const int Monotonic = 1; // CLOCK_MONOTONIC of time.h, the clock of Stopwatch
    private const int Absolute = 1; // TIMER_ABSTIME of time.h
    private const int SetTimerSlack = 29; // PR_SET_TIMERSLACK of prctl.h

    /// <summary>The kernel gathers the timers of a thread within 50 microseconds; of this one within none.</summary>
    public static void SharpenThisThread() => _ = Control(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Blocks this thread.</summary>
    /// <param name="due">A timestamp of <see cref="Stopwatch"/>.</param>
    public static void SleepUntil(long due)
    {
        var ticksToNanos = 1_000_000_000 / Stopwatch.Frequency;
        var until = new Instant(due / Stopwatch.Frequency, due % Stopwatch.Frequency * ticksToNanos);
        while (Stopwatch.GetTimestamp() < due)
        {
            _ = Sleep(Monotonic, Absolute, until, 0); // a signal ends it early: then again
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int Sleep(int clock, int flags, in Instant until, nint left);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary><c>struct timespec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instant(long Seconds, long Nanos);
}
