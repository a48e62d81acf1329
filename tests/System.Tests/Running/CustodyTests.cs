using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Custody.Processes;
using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;
using Provost.Ledger.Vault;
using Provost.Stage;
using Provost.SystemTests.Custody;

namespace Provost.SystemTests.Running;

/// <summary>Who runs as whom beside a whole server, and the vault as a process: its death, its absence.</summary>
[Collection(nameof(Running))]
public sealed class CustodyTests(GovernedTown town)
{
    [Fact]
    public async Task Signer_and_vault_run_as_users_of_their_own_where_the_server_is_root_and_load_no_server()
    {
        await using var copy = await town.StartAsync();
        await HoldsAsync(copy);
        Assert.Equal(0, await copy.Server.StopAsync());
    }

    [Fact]
    public async Task A_data_folder_under_a_closed_home_is_kept_as_well()
    {
        var home = Directory.CreateTempSubdirectory("provost-home-").FullName; // mode 0700
        try
        {
            await using var fresh = new Town(home);
            new ServerSettings(town.Upstreams).Write(home);
            await fresh.StartAsync();
            await HoldsAsync(fresh);
            Assert.Equal(0, await fresh.Server.StopAsync());
            Assert.NotEmpty(fresh.VerifiedLog());
        }
        finally
        {
            foreach (var role in new[] { "signer", "vault" })
            {
                if (new DirectoryInfo(Path.Combine(home, "data", role)).LinkTarget is { } elsewhere)
                    Directory.Delete(elsewhere, recursive: true);
            }

            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task While_the_vault_is_away_decisions_go_on_and_their_contents_open_when_it_is_back()
    {
        await using var copy = await town.StartAsync();
        using var client = copy.Client(town.ChatKeys[0]);
        var putBack = await Custodian.TakeAwayAsync(copy, "vault", "payload.pem");
        var answer = await client.AskAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains(
            (await Custodian.ReadyAsync(copy))["notReady"]!.AsArray(),
            n => ((string)n!).StartsWith("vault: ", StringComparison.Ordinal));

        putBack();
        await copy.Server.UntilReadyAsync(Town.Limit);
        Assert.Equal(0, await copy.Server.StopAsync());
        await OpensAsync(copy, answer.Decision);
    }

    /// <summary>Level, users and loaded code of the processes, as fits whether this is root.</summary>
    private static async Task HoldsAsync(Town copy)
    {
        var ready = await Custodian.ReadyAsync(copy);
        var why = (string)ready["custodyWhy"]!;
        using var signer = Custodian.Of(copy, "signer");
        using var vault = Custodian.Of(copy, "vault");
        string[] users =
        [
            Custodian.UserOf(copy.Server.Id), Custodian.UserOf(signer.Id), Custodian.UserOf(vault.Id),
        ];
        var isApart = Environment.IsPrivilegedProcess && !why.Contains("may not read", StringComparison.Ordinal);
        Assert.Equal(isApart ? "C1" : "C0", (string)ready["custody"]!);
        Assert.Equal(isApart ? 3 : 1, users.Distinct().Count());
        foreach (var process in new[] { signer, vault }.Where(_ => Environment.IsPrivilegedProcess))
        {
            var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");
            Assert.DoesNotContain("Npgsql", maps);
            Assert.DoesNotContain("Kestrel", maps);
        }
    }

    /// <summary>Has a real vault process on the stopped town's folder open what a decision was asked.</summary>
    private static async Task OpensAsync(Town copy, string decision)
    {
        var leaf = new TileLogReader(copy.Ledger).ReadLeaves(0, Size(copy))
            .Select(l => JsonNode.Parse(l.Span)!)
            .First(l => (string?)l["record"]!["decision"] == decision && l["record"]!["input"] is JsonObject);
        var record = leaf["record"]!;
        var place = new PayloadPlace((string)leaf["node"]!, (long)leaf["nodeSeq"]!);
        var request = new OpenRequest
        {
            Place = place,
            Field = PayloadField.Input,
            Record = Guid.Parse(decision),
            Hmac = (string)record["input"]!["hmac"]!,
            Part = new PayloadStore(Path.Combine(copy.Data, "payloads"))
                .Find(place.Node, place.NodeSeq, PayloadField.Input)!,
            Purpose = "a test",
            Subject = (string?)record["subject"],
            Time = DateTimeOffset.Parse((string)record["time"]!),
        };
        await using var vault = await SignerProcess.StartVaultAsync(Path.Combine(copy.Data, "vault"));
        using var link = new VaultLink(vault.Socket, SignerProcess.User, Path.Combine(copy.Data, "hour-keys"));
        Assert.Contains(BareClient.Question, Encoding.UTF8.GetString(link.Open(request).Content!));
        var other = request with { Hmac = Convert.ToBase64String(new byte[32]) };
        Assert.Equal((PayloadState.Lost, null), (link.Open(other).State, link.Open(other).Content));

        link.Expect(Convert.ToBase64String(new byte[8]));
        await vault.KillAsync();
        Assert.Contains("does not answer", Assert.Throws<VaultAwayException>(() => link.Open(request)).Message);
        await vault.StartAsync();
        var foreign = Assert.Throws<VaultAwayException>(() => link.Open(request));
        Assert.Contains("not that of this log's genesis", foreign.Message);
    }

    private static long Size(Town copy) =>
        long.Parse(File.ReadLines(Path.Combine(copy.Ledger, "checkpoint")).ElementAt(1));
}
