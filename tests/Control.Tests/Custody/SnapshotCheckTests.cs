using System.Text.Json;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Testing;

namespace Provost.Control.Tests.Custody;

/// <summary>What a signer does not sign, whatever the server compiled.</summary>
public sealed class SnapshotCheckTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_snapshot_that_loosens_what_the_log_says_is_not_signed()
    {
        await using var house = await GovernedAsync();
        var next = Next(house);
        foreach (var (member, change) in Loosened(next))
        {
            var fault = house.Desks.Signer.SignSnapshot(change).Fault;
            Assert.True(fault?.Code == SnapshotCheck.StaleCode, $"{member}: {fault?.Code ?? "signed"}");
            Assert.Contains($"The snapshot's {member} are", fault!.Message);
        }

        Assert.Null(house.Desks.Signer.SignSnapshot(next).Fault);
    }

    [Fact]
    public async Task A_snapshot_that_leaves_out_what_cannot_be_read_is_signed()
    {
        await using var house = await GovernedAsync();
        Assert.Null(house.Desks.Signer.SignSnapshot(Next(house) with
        {
            Warrants = [],
            Releases = [],
            Systems = [],
            ClientKeys = [],
            Roster = [],
        }).Fault);
    }

    [Fact]
    public async Task A_snapshot_that_lacks_an_order_of_the_log_is_not_signed()
    {
        await using var house = await GovernedAsync();
        (await house.SendAsync("sam", HttpMethod.Post, "/api/systems/desk/orders", JsonSerializer.SerializeToNode(new
        {
            environment = "production",
            kind = "kill",
            reason = "Asked to.",
        }))).Ok();
        var next = Next(house);
        Assert.Single(next.Orders);
        Assert.Contains(
            "orders are", house.Desks.Signer.SignSnapshot(next with { Orders = [] }).Fault?.Message);
        Assert.Null(house.Desks.Signer.SignSnapshot(next).Fault);
    }

    private static IEnumerable<(string Member, SnapshotDocument Changed)> Loosened(SnapshotDocument next)
    {
        var person = next.Roster[0];
        var system = next.Systems[0];
        var stranger = new SnapshotPerson("p_stranger", [], []);
        var key = new SnapshotClientKey(
            "0000000000", new string('0', 64), "desk", "production", new SnapshotCaps(1, 1, 1, 1),
            next.IssuedAt.AddDays(1));
        yield return ("issuedAt", next with { IssuedAt = next.IssuedAt.AddHours(1) });
        yield return ("issuedAt", next with { ExpiresAt = next.ExpiresAt.AddSeconds(1) });
        yield return ("keys", next with { Keys = next.Keys with { Warrant = next.Keys.Snapshot } });
        yield return ("keys", next with { PayloadKeys = [new("0", "another")] });
        yield return ("roster", next with { Roster = [stranger] });
        yield return ("roster", next with { Roster = [person with { Roles = ["approver", "compliance", "on-call"] }] });
        yield return ("roster", next with { Roster = [person with { Keys = [new("0", "another")] }] });
        yield return ("clientKeys", next with { ClientKeys = [key] });
        yield return ("systems", next with { Systems = [system with { Tier = "minimal-risk" }] });
        yield return ("systems", next with { Systems = [system with { Name = "unknown" }] });
        yield return ("systems", next with { Systems = [system with { Live = "sha256:0" }] });
        yield return ("systems", next with { Systems = [system with { TermsJson = "e30=" }] });
        yield return ("systems", next with
        {
            Systems = [system with { Owners = system.Owners with { Business = "p_stranger" } }],
        });
        yield return ("warrants", next with
        {
            Warrants = [JsonDocument.Parse("""{"payload":"","payloadType":"","signatures":[]}""").RootElement],
        });
        yield return ("shutdowns", next with { Shutdowns = [new("openai", "gpt-test", next.IssuedAt)] });
        yield return ("orders", next with
        {
            Orders = [new(Guid.CreateVersion7(), "pause", "desk", "production", null, "x", next.IssuedAt, null)],
        });
    }

    /// <summary>What the server would have signed next.</summary>
    private static SnapshotDocument Next(ControlHouse house)
    {
        var document = house.Holder.Current!.Document;
        return document with { Epoch = document.Epoch + 100 };
    }

    private async Task<ControlHouse> GovernedAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        await house.WarrantAsync();
        return house;
    }
}
