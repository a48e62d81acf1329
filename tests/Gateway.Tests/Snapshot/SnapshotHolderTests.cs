using Microsoft.Extensions.Logging.Abstractions;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Tests.Pipeline;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Tests.Snapshot;

/// <summary>What tightens a snapshot while nothing can be signed, and what ends it.</summary>
public sealed class SnapshotHolderTests : IDisposable
{
    private const string TighteningName = "tightening.json";

    private readonly SnapshotPlan _plan = new SnapshotPlan().Add(
        Manifest.System() + Manifest.Llm(guardrails: Manifest.Unguarded), Manifest.Files);

    private readonly string _folder = Directory.CreateTempSubdirectory("provost-holder-").FullName;
    private List<Guid> _warrants = [];
    private long _epoch;

    [Theory]
    [InlineData("pause")]
    [InlineData("throttle")]
    [InlineData("an order of a later build")]
    public void An_order_laid_over_the_snapshot_stops_the_system_at_once(string kind)
    {
        var holder = Holding(_plan.Document());
        Assert.False(InForce(holder).Orders.Paused);

        Assert.True(holder.Tighten(Nothing(Order(kind))).IsTaken);

        Assert.True(InForce(holder).Orders.Paused);
    }

    [Fact]
    public void A_kill_laid_over_the_snapshot_cuts_the_calls_in_flight()
    {
        var holder = Holding(_plan.Document());
        var call = holder.Live.For(_plan.Terms!.Name, "production").Enter();

        var report = holder.Tighten(Nothing(Order("kill")));

        Assert.True(call.IsCancellationRequested);
        Assert.Equal(1, Assert.Single(report.Cut).Calls);
        Assert.True(InForce(holder).Orders.Killed);
    }

    [Fact]
    public void A_client_key_that_ended_is_unknown()
    {
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing() with { ClientKeys = [] });
        Assert.Null(holder.Current!.FindKey(ClientKeyText.IdOf(_plan.ClientKey)));
    }

    [Fact]
    public void A_warrant_that_was_revoked_admits_nothing()
    {
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing() with { Warrants = [] });
        Assert.Empty(InForce(holder).Releases);
        Assert.True(InForce(holder).IsLiveUnwarranted);
    }

    [Fact]
    public void What_the_snapshot_orders_stays_although_the_tightening_does_not_name_it()
    {
        _plan.Order("pause");
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing());
        Assert.True(InForce(holder).Orders.Paused);
    }

    [Fact]
    public void A_later_tightening_replaces_the_one_before()
    {
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing(Order("pause")));
        Assert.True(holder.Tighten(Nothing()).IsTaken);
        Assert.False(InForce(holder).Orders.Paused);
    }

    [Fact]
    public void It_is_in_force_again_after_a_restart()
    {
        var document = _plan.Document();
        Holding(document).Tighten(Nothing(Order("pause")));

        var restarted = Holder();
        Assert.True(restarted.Load()!.IsTaken);

        Assert.True(InForce(restarted).Orders.Paused);
    }

    [Fact]
    public void The_next_snapshot_replaces_it_for_good()
    {
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing(Order("pause")));
        _plan.Epoch = 2;

        Assert.True(holder.Take(_plan.Sign()).IsTaken);

        Assert.False(InForce(holder).Orders.Paused);
        Assert.False(File.Exists(Path.Combine(_folder, TighteningName)));
    }

    [Fact]
    public void The_same_snapshot_taken_again_does_not_lift_it()
    {
        var document = _plan.Document();
        var holder = Holding(document);
        holder.Tighten(Nothing(Order("pause")));

        Assert.True(holder.Take(_plan.Sign(document)).IsTaken);

        Assert.True(InForce(holder).Orders.Paused);
    }

    [Fact]
    public void One_that_was_left_behind_is_not_laid_over_a_newer_snapshot()
    {
        var holder = Holding(_plan.Document());
        holder.Tighten(Nothing(Order("pause")));
        var left = File.ReadAllBytes(Path.Combine(_folder, TighteningName));
        _plan.Epoch = 2;
        holder.Take(_plan.Sign());
        File.WriteAllBytes(Path.Combine(_folder, TighteningName), left);

        var restarted = Holder();
        restarted.Load();

        Assert.False(InForce(restarted).Orders.Paused);
    }

    [Fact]
    public void One_older_than_the_snapshot_in_force_is_refused()
    {
        _plan.Epoch = 7;
        var holder = Holding(_plan.Document());
        var report = holder.Tighten(Nothing(Order("pause")) with { After = 6 });
        Assert.Equal(SnapshotFault.Epoch, report.Refusal!.Fault);
        Assert.False(InForce(holder).Orders.Paused);
    }

    [Fact]
    public void One_for_another_ledger_is_refused()
    {
        var holder = Holding(_plan.Document());
        var report = holder.Tighten(Nothing(Order("pause")) with { Origin = "acme.example/demo" });
        Assert.Equal(SnapshotFault.Organisation, report.Refusal!.Fault);
    }

    [Fact]
    public void One_that_cannot_be_kept_is_in_force_and_says_that_a_restart_loses_it()
    {
        var holder = Holding(_plan.Document());
        Directory.CreateDirectory(Path.Combine(_folder, TighteningName, "in the way"));
        var call = holder.Live.For(_plan.Terms!.Name, "production").Enter();

        var report = holder.Tighten(Nothing(Order("kill")));

        Assert.Equal(SnapshotFault.Storage, report.Refusal!.Fault);
        Assert.Contains("lost at a restart", report.Refusal.Message, StringComparison.Ordinal);
        Assert.True(call.IsCancellationRequested);
        Assert.True(InForce(holder).Orders.Killed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"v":2,"org":"a","origin":"b","after":1,"orders":[],"clientKeys":[],"warrants":[]}""")]
    [InlineData("""{"v":1,"org":"a","origin":"b","after":1,"orders":[],"clientKeys":[],"warrants":[],"more":1}""")]
    public void Nothing_is_admitted_while_one_on_disk_cannot_be_read(string text)
    {
        Holding(_plan.Document());
        File.WriteAllText(Path.Combine(_folder, TighteningName), text);
        var restarted = Holder();

        Assert.Equal(SnapshotFault.Storage, restarted.Load()!.Refusal!.Fault);

        Assert.Null(restarted.Current);
        _plan.Epoch = 2;
        Assert.True(restarted.Take(_plan.Sign()).IsTaken);
        Assert.NotNull(restarted.Current);
    }

    [Fact]
    public void None_ever_admits_what_the_snapshot_does_not()
    {
        var random = new Random(20261121);
        _plan.Add(Manifest.Llm(guardrails: Manifest.Unguarded, version: "2026-02"), Manifest.Files);
        for (var round = 0; round < 200; round++)
        {
            _plan.Epoch = round + 1;
            _plan.Orders.Clear();
            if (random.Next(4) == 0)
                _plan.Order("pause");

            var holder = Holding(_plan.Document());
            var before = InForce(holder);
            var warrants = before.Releases.Select(r => r.Warrant!.Id).Append(Guid.NewGuid())
                .Where(_ => random.Next(2) == 0).ToList();
            var rollback = Order("rollback") with { Release = random.Next(2) == 0 ? _plan.First.Digest : "sha256:00" };
            IReadOnlyList<SnapshotOrder> orders = [Order("fallback"), rollback, Order("pause"), Order("kill")];

            holder.Tighten(Nothing([.. orders.Where(_ => random.Next(3) == 0)]) with
            {
                After = _plan.Epoch,
                Warrants = warrants,
            });

            var after = InForce(holder);
            Assert.Empty(after.Releases.Select(r => r.WarrantId).Except(before.Releases.Select(r => r.WarrantId)));
            Assert.True(after.Releases.All(r => warrants.Contains(r.Warrant!.Id)));
            Assert.True(after.Orders.Paused || !before.Orders.Paused);
        }
    }

    public void Dispose()
    {
        _plan.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private SnapshotHolder Holding(SnapshotDocument document)
    {
        var holder = Holder();
        Assert.True(holder.Take(_plan.Sign(document)).IsTaken);
        _warrants = [.. document.Warrants.Select(w => WarrantCheck.Claims(w)!.Id)];
        return holder;
    }

    private SnapshotHolder Holder() => new(
        _plan.Trust, _folder, new EpochMark(() => _epoch, epoch => _epoch = epoch), TimeProvider.System,
        NullLogger<SnapshotHolder>.Instance);

    private CompiledSystem InForce(SnapshotHolder holder) => holder.Current!.Find(_plan.Terms!.Name, "production")!;

    private SnapshotOrder Order(string kind) => new(
        Guid.CreateVersion7(), kind, _plan.Terms!.Name, "production", null, "response", _plan.IssuedAt, null);

    /// <summary>One that refuses nothing but by these orders.</summary>
    private Tightening Nothing(params SnapshotOrder[] orders) => new()
    {
        V = 1,
        Org = "acme",
        Origin = "acme.example/test",
        After = 1,
        Orders = orders,
        ClientKeys = [ClientKeyText.IdOf(_plan.ClientKey)],
        Warrants = _warrants,
    };
}
