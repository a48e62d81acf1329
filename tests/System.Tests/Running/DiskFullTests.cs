using System.Diagnostics;
using System.Globalization;
using System.Net;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>The disk fills up under the server: it refuses, breaks nothing, and comes back without hands.</summary>
[Collection(nameof(Running))]
public sealed class DiskFullTests(GovernedTown town)
{
    private const int Size = 900; // MiB: two spools of 64, the database, and the 256 that are kept for governance

    private const int Margin = 16; // MiB that are filled page by page

    /// <summary>How long after space is there again a call may still be refused.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(100)] // below the reserve: only governance is taken
    [InlineData(0)] // not a byte left
    public async Task On_a_full_disk_calls_are_refused_nothing_breaks_and_space_is_all_it_needs(int left)
    {
        var disk = Directory.CreateTempSubdirectory("provost-disk-").FullName;
        Assert.SkipUnless(
            await RunAsync("mount", "-t", "tmpfs", "-o", $"size={Size}m,mode=755", "tmpfs", disk) == 0,
            "This process may not mount a small file system, and a full disk cannot be had without one.");
        try
        {
            await PlayAsync(disk, left);
        }
        finally
        {
            await RunAsync("umount", "-l", disk);
            Directory.Delete(disk);
        }
    }

    private async Task PlayAsync(string disk, int left)
    {
        await using var copy = town.Copy(disk);
        await copy.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var received = new List<Received> { await client.AskAsync(CancellationToken.None) };
        Assert.Equal(HttpStatusCode.OK, received[0].Status);

        var ballast = Path.Combine(disk, "ballast");
        await FillAsync(disk, ballast, left);
        await AskUntilAsync(copy, client, received, r => r.Code is not null);
        for (var i = 0; i < 20; i++)
        {
            received.Add(await client.AskAsync(CancellationToken.None));
        }

        var refused = received.Where(r => r.Code is not null).ToList();
        Assert.True(refused.Count >= 20, $"{refused.Count} refusals");
        Assert.All(refused, r => Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "provost.record_unavailable"), (r.Status, r.Code)));

        File.Delete(ballast);
        await AskUntilAsync(copy, client, received, r => r.Code is null);
        for (var i = 0; i < 20; i++)
        {
            received.Add(await client.AskAsync(CancellationToken.None));
        }

        Assert.All(received[^20..], r => Assert.Equal(HttpStatusCode.OK, r.Status));
        await copy.Server.UntilReadyAsync(Town.Limit);
        Assert.Equal(0, await copy.Server.StopAsync());
        var outcomes = copy.VerifiedOutcomes();
        Assert.Empty(received.Where(r => r.Status == HttpStatusCode.OK && !outcomes.ContainsKey(r.Decision)));
    }

    private static Task AskUntilAsync(
        Town copy, BareClient client, List<Received> received, Predicate<Received> isSeen) =>
        Patience.UntilAsync(Recovery, "another answer", copy.Server.NextLineAsync, async () =>
        {
            received.Add(await client.AskAsync(CancellationToken.None));
            return isSeen(received[^1]);
        });

    /// <summary>Leaves so many MiB of the disk.</summary>
    private static async Task FillAsync(string disk, string ballast, int left)
    {
        var free = new DriveInfo(disk).AvailableFreeSpace - ((long)Math.Max(left, Margin) << 20);
        var code = await RunAsync("fallocate", "-l", free.ToString(CultureInfo.InvariantCulture), ballast);
        Assert.Equal(0, code);
        if (left > 0)
        {
            return;
        }

        // the server takes space too: only a write that fails shows that nothing is left
        await using var file = new FileStream(
            ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await file.WriteAsync(page);
            }
        });
    }

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
