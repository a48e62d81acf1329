using Provost.Control.Custody.Processes;
using Provost.Ledger.Vault;
using Provost.Testing;

namespace Provost.SystemTests.Custody;

/// <summary>What a real vault process does when it is asked over its socket to destroy, and when it is cut in the
/// middle of that.</summary>
public sealed class VaultProcessTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provost-vault-").FullName;
    private SignerProcess _process = null!;
    private VaultLink _link = null!;
    private SealedPayloads _payloads = null!;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static string Ada => SealedPayloads.Alias("ada");

    private string Vault => Path.Combine(_folder, "vault");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Vault);
        _process = await SignerProcess.StartVaultAsync(Vault);
        _link = new VaultLink(_process.Socket, SignerProcess.User, Path.Combine(_folder, "hours"));
        _payloads = new SealedPayloads(_folder, Convert.FromBase64String(_link.PublicKey), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _payloads.Dispose();
        _link.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void An_erasure_reaches_the_person_where_it_names_her_and_nobody_else()
    {
        var (desk, loan) = (Keep("of ada"), Keep("ada's loan", "ada", "loans"));
        var bob = Keep("of bob", "bob");
        var groups = _link.Find(Ada);
        Assert.Equal(["desk", "loans"], groups.Select(g => g.System).Order());

        var order = OfAda([.. groups.Where(g => g.System == "desk")]);
        var answer = _link.Erase(order);

        Assert.Equal(new DestroyAnswer(1, 0, IsRepeated: false), answer);
        Assert.Equal(PayloadState.Erased, _link.Open(desk.Asked).State);
        Assert.Equal(("ada's loan", "of bob"), (loan.Open(_link), bob.Open(_link)));
        Assert.True(_link.Erase(order).IsRepeated);
        Assert.Equal("loans", Assert.Single(_link.Find(Ada)).System);
    }

    [Fact]
    public void One_decision_goes_and_the_persons_others_stay()
    {
        var (one, other) = (Keep("one"), Keep("other"));

        var answer = _link.Erase(new EraseRequest
        {
            Act = Guid.CreateVersion7(),
            At = Now,
            Places = [one.Item.Place],
        });

        Assert.Equal((0, 1), (answer.Keys, answer.Payloads));
        Assert.Equal((null, "other"), (one.Open(_link), other.Open(_link)));
        var (first, second) = (one.Item.Place, other.Item.Place);
        Assert.True(_link.IsGone(new GoneRequest(first.Node, first.NodeSeq, second.NodeSeq)).IsGone);
        Assert.False(_link.IsGone(new GoneRequest(first.Node, first.NodeSeq, second.NodeSeq + 1)).IsGone);
    }

    [Fact]
    public void The_end_of_a_term_spares_who_is_held()
    {
        var (ada, bob) = (Keep("of ada"), Keep("of bob", "bob"));

        var answer = _link.EndTerm(new EndTermRequest
        {
            Act = Guid.CreateVersion7(),
            At = Now,
            Groups = [.. _link.List().Select(s => s.Group)],
            Spared = [Ada],
        });

        Assert.Equal(1, answer.Keys);
        Assert.Equal(PayloadState.TermEnded, _link.Open(bob.Asked).State);
        Assert.Equal("of ada", ada.Open(_link));
        Assert.Equal(GroupState.PartlyEnded, Assert.Single(_link.List()).State);
    }

    [Fact]
    public async Task Killed_after_the_keys_went_and_before_it_had_noted_so_it_carries_out_the_order_again()
    {
        var ada = Keep("of ada");
        var order = OfAda(_link.Find(Ada));
        var notes = Path.Combine(Vault, "acts");
        Directory.CreateDirectory(notes); // nothing can be noted there
        Assert.Throws<VaultAwayException>(() => _link.Erase(order));

        await _process.KillAsync();
        Directory.Delete(notes);
        await _process.StartAsync();

        Assert.Null(ada.Open(_link));
        Assert.False(_link.Erase(order).IsRepeated);
        Assert.True(_link.Erase(order).IsRepeated);
        Assert.Equal(PayloadState.Erased, _link.Open(ada.Asked).State);
    }

    [Fact]
    public async Task A_folder_that_was_put_back_is_another_vault_and_is_to_be_asked_for_everything_again()
    {
        var ada = Keep("of ada");
        var order = OfAda(_link.Find(Ada));
        await _process.KillAsync();
        var backup = Path.Combine(_folder, "backup");
        Copy(Vault, backup);
        await _process.StartAsync();
        _link.Erase(order);
        var before = _link.Incarnation;
        Assert.Equal(before, _link.Incarnation);

        await _process.KillAsync();
        Directory.Delete(Vault, recursive: true);
        Copy(backup, Vault);
        await _process.StartAsync();

        Assert.NotEqual(before, _link.Incarnation);
        Assert.Equal("of ada", ada.Open(_link));
        Assert.False(_link.Erase(order).IsRepeated);
        Assert.Null(ada.Open(_link));
    }

    private SealedPayload Keep(string text, string person = "ada", string system = "desk") =>
        _payloads.Seal(text, person, system).Under(_link);

    private static EraseRequest OfAda(IReadOnlyList<KeyGroup> groups) => new()
    {
        Act = Guid.CreateVersion7(),
        At = Now,
        Subject = Ada,
        Groups = groups,
    };

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
