using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Anchors;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;
using Provost.Testing;

namespace Provost.Control.Tests.Anchors;

/// <summary>When checkpoints leave for their anchors, and what is seen of one that fails.</summary>
public sealed class AnchorKeeperTests : IDisposable
{
    private const string Origin = "acme.example/test";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Ed25519PrivateKey _key = Ed25519PrivateKey.Generate();
    private readonly List<GovernanceEntry> _written = [];
    private readonly GovernanceLog _log;
    private readonly string _outside;
    private byte[]? _note;

    public AnchorKeeperTests()
    {
        _outside = Path.Combine(_folder.Path, "outside");
        Directory.CreateDirectory(_outside);
        _log = new GovernanceLog(
            [],
            (entry, _) =>
            {
                _written.Add(entry);
                return Task.FromResult((long)_written.Count - 1);
            },
            _time, NullLogger<GovernanceLog>.Instance);
        using var keys = SignerKeys.Open(Path.Combine(_folder.Path, "keys"), isFounded: false);
        var signer = new Signer(
            keys, () => _log.State, (_, _) => Task.FromResult<byte[]?>(null), new EpochMark(() => -1, _ => { }),
            isApart: false, _time);
        GenesisCeremony.FoundAsync(
            _log, signer, new GenesisRequest("acme.example", Origin, "C0", ""), default).GetAwaiter().GetResult();
        _written.Clear();
    }

    public void Dispose()
    {
        _log.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_checkpoint_is_kept_on_its_schedule_while_the_log_grows_and_daily_otherwise()
    {
        var keeper = Keeper();
        await keeper.TickAsync(default);
        Assert.Empty(Kept());
        Grow(10);
        await keeper.TickAsync(default);
        Grow(20);
        await TickAfterAsync(keeper, TimeSpan.FromMinutes(59));
        Assert.Equal([10L], Kept());
        await TickAfterAsync(keeper, TimeSpan.FromMinutes(1));
        await TickAfterAsync(keeper, TimeSpan.FromHours(23));
        Assert.Equal([10L, 20L], Kept());
        await TickAfterAsync(keeper, TimeSpan.FromHours(1));
        Assert.Equal([10L, 20L, 20L], Kept());
        Assert.Empty(_written);
    }

    [Fact]
    public async Task A_restart_repeats_nothing()
    {
        Grow(10);
        await Keeper().TickAsync(default);
        var again = Keeper();
        await again.TickAsync(default);
        Assert.Equal([10L], Kept());
        Assert.Equal(10, Assert.Single(again.States).Size);
    }

    [Fact]
    public async Task A_failure_is_seen_told_once_tried_again_with_growing_pauses_and_its_end_is_told()
    {
        Directory.Delete(_outside);
        Grow(10);
        var keeper = Keeper();
        await keeper.TickAsync(default);
        var since = _time.GetUtcNow();
        await TickAfterAsync(keeper, TimeSpan.FromMinutes(1)); // the next try is two minutes later
        Directory.CreateDirectory(_outside);
        await TickAfterAsync(keeper, TimeSpan.FromSeconds(119));
        var state = Assert.Single(keeper.States);
        Assert.Contains("outside", state.Failure);
        Assert.Equal((null, since), (state.Size, state.Since));
        await TickAfterAsync(keeper, TimeSpan.FromSeconds(1));
        Assert.Null(Assert.Single(keeper.States).Failure);
        Assert.Equal([10L], Kept());
        Assert.Equal(
            [true, false], _written.Select(e => e.Read<AnchorChanged>()).Select(c => c.Fails));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_never_made()
    {
        Directory.Delete(_outside);
        Grow(10);
        await Keeper().TickAsync(default);
        Assert.False(Directory.Exists(_outside));
    }

    [Theory]
    [InlineData("folder", "relative/path", null, null, "anchors.out.path")]
    [InlineData("folder", "/data/inside", null, null, "lies in the data folder")]
    [InlineData("mail", null, "duty", "no address", "anchors.out.to")]
    [InlineData("mail", null, "hook", "a@b.example", "anchors.out.channel")]
    [InlineData("mail", null, "nowhere", "a@b.example", "anchors.out.channel")]
    [InlineData("git", null, null, null, "known: folder, mail")]
    [InlineData("folder", "/elsewhere", null, null, null)]
    [InlineData("mail", null, "duty", "a@b.example", null)]
    public void Settings_that_would_anchor_nothing_are_refused_by_field(
        string kind, string? path, string? channel, string? to, string? fault)
    {
        var said = new AnchorSettings(kind, path, channel, to).Fault(
            "out", "/data", name => name == "duty" ? "smtp" : name == "hook" ? "webhook" : null);
        if (fault is null)
            Assert.Null(said);
        else
            Assert.Contains(fault, said);

        var never = new AnchorSettings("folder", "/x", EveryMinutes: 0);
        Assert.Contains("everyMinutes", never.Fault("out", "/d", _ => null));
    }

    private AnchorKeeper Keeper()
    {
        var settings = new AnchorSettings("folder", _outside);
        return new AnchorKeeper(
            Path.Combine(_folder.Path, "anchors.json"), [("auditor", settings, settings.Create(_ => null!))],
            () => _note, _log, _time, NullLogger<AnchorKeeper>.Instance);
    }

    private Task TickAfterAsync(AnchorKeeper keeper, TimeSpan span)
    {
        _time.Advance(span);
        return keeper.TickAsync(default);
    }

    private void Grow(long size) => _note = new NoteSigner(Origin, _key)
        .Sign(new Checkpoint(Origin, size, new byte[32]).ToText()).ToBytes();

    /// <summary>Sizes that the verifier finds in the anchor's file.</summary>
    private IReadOnlyList<long> Kept()
    {
        var file = Path.Combine(_outside, FolderAnchor.FileName);
        return File.Exists(file)
            ? [.. AnchorFile.Read(file, Trust()).Found.Select(f => f.Checkpoint.Size)]
            : [];
    }

    private TrustFile Trust() => new()
    {
        Org = "acme.example",
        Origin = Origin,
        Log = [new NoteVerifierKey(Origin, _key.PublicKey)],
        Warrant = [],
        Snapshot = [],
        Root = [],
        Genesis = new string('0', 64),
    };
}
