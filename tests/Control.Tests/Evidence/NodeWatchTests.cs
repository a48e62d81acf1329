using Provost.Control.Evidence;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Tests.Decisions;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Spool;

namespace Provost.Control.Tests.Evidence;

/// <summary>What a lost disk took with it, by what Control wrote down before.</summary>
public sealed class NodeWatchTests : IDisposable
{
    private readonly GovernanceTown _town = new();
    private readonly FakeLog _log = new(); // its records are of node n1, system refunds
    private readonly List<(SystemKey System, NodeGapFound Gap)> _paged = [];
    private SpoolHead? _head;
    private Dictionary<string, long>? _committed;

    public void Dispose() => _town.Dispose();

    [Fact]
    public async Task A_head_is_written_when_it_moved_and_not_again()
    {
        await TickAsync("n1");
        Assert.Empty(_town.State.NodeHeads.Newest);
        _head = new SpoolHead(7, "aa");
        await TickAsync("n1");
        await TickAsync("n1");
        _head = new SpoolHead(9, "bb");
        await TickAsync("n1");
        Assert.Equal(["node_head", "node_head"], Told());
        var newest = _town.State.NodeHeads.Newest["n1"];
        Assert.Equal((9L, "bb"), (newest.Through, newest.Record));
    }

    [Fact]
    public async Task The_tail_of_a_lost_disk_is_found_its_owners_are_paged_and_it_stands_in_the_log_once()
    {
        _log.Outcome();
        _log.Outcome();
        _head = new SpoolHead(4, "aa");
        await TickAsync("n1");
        (_head, _committed) = (null, new() { ["n1"] = 2 });
        await TickAsync("n2");
        await TickAsync("n2");

        var (system, gap) = Assert.Single(_paged);
        Assert.Equal((new SystemKey("refunds", "production"), 2L, 4L), (system, gap.From, gap.To));
        Assert.Contains("3 records at least are lost with its disk", gap.Words);
        Assert.Equal(["node_head", "node_gap"], Told());
        Assert.Equal(gap, Assert.Single(_town.State.NodeHeads.Lost).Says);
    }

    [Fact]
    public async Task Nothing_is_lost_that_the_log_has_or_may_still_take_in()
    {
        _head = new SpoolHead(4, "aa");
        await TickAsync("n1");
        _head = null;
        await TickAsync("n2"); // nothing is committed by this process yet
        _committed = new() { ["n1"] = 5 };
        await TickAsync("n2");
        _committed = new() { ["n1"] = 2 };
        await TickAsync("n1"); // the node lives: its spool has them
        Assert.Empty(_paged);
    }

    [Fact]
    public async Task A_page_that_could_not_be_asked_for_is_asked_for_again()
    {
        _log.Outcome();
        _head = new SpoolHead(4, "aa");
        await TickAsync("n1");
        (_head, _committed) = (null, new() { ["n1"] = 1 });
        var broken = Watch("n2", isPagingBroken: true);
        await Assert.ThrowsAsync<IOException>(() => broken.TickAsync(CancellationToken.None));
        await TickAsync("n2");
        Assert.Single(_paged);
    }

    [Fact]
    public void Nobody_but_the_control_plane_says_how_far_a_node_came()
    {
        var body = new NodeHeadSeen { Node = "n1", Through = 3, Record = "aa" };
        Assert.Equal("provost.nodes.not_yours", _town.Code(GovernanceDraft.Of(Actor.Person("mallory"), "n1", body)));
        _town.Give(GovernanceDraft.Of(Actor.Self, "n1", body));
        Assert.Equal("provost.nodes.backwards", _town.Code(GovernanceDraft.Of(Actor.Self, "n1", body)));
    }

    private IEnumerable<string> Told() =>
        _town.Written.Select(w => w.Verb).Where(v => v.StartsWith("node", StringComparison.Ordinal));

    private Task TickAsync(string node) => Watch(node).TickAsync(CancellationToken.None);

    private NodeWatch Watch(string node, bool isPagingBroken = false) => new(_town.Log, new NodeWatchPorts
    {
        Node = node,
        Head = () => _head,
        Committed = () => _committed,
        Feed = _log.Feed,
        Page = (system, gap, _) =>
        {
            if (isPagingBroken)
                throw new IOException("The log takes nothing.");

            _paged.Add((system, gap));
            return Task.CompletedTask;
        },
    });
}
