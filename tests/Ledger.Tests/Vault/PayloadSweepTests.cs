namespace Provost.Ledger.Vault;

/// <summary>Each decision of the stage lies in a file of its own.</summary>
public sealed class PayloadSweepTests : IDisposable
{
    private readonly VaultStage _stage = new();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void A_file_goes_once_all_in_it_was_erased_and_what_opens_stays()
    {
        var (ada, bob) = (_stage.Decide("of ada", "ada"), _stage.Decide("of bob", "bob"));
        var newest = _stage.Decide("newest", "ada");
        _stage.Rewrap();
        Assert.Equal(0, _stage.Sweep().Files);
        Erase("ada");

        var swept = _stage.Sweep();

        Assert.Equal(1, swept.Files);
        Assert.InRange(swept.Bytes, 100, 10_000);
        Assert.False(_stage.HasContent(ada));
        Assert.Equal("of bob", _stage.Text(bob));
        Assert.True(_stage.HasContent(newest)); // says how far the node is copied
        Assert.Equal(0, _stage.Sweep().Files);
    }

    [Fact]
    public void A_file_goes_when_the_term_of_all_in_it_has_ended_and_what_comes_after_is_kept_as_ever()
    {
        var ended = _stage.Decide("of ada", "ada");
        _stage.Decide("newest", "bob");
        _stage.Rewrap();
        _stage.Vault.EndTerm(new EndTermRequest
        {
            Act = Guid.CreateVersion7(),
            At = _stage.Time.GetUtcNow(),
            Groups = [new KeyGroup("refunds", VaultStage.Class, "2026-11")],
        });
        Assert.Equal(1, _stage.Sweep().Files);
        Assert.False(_stage.HasContent(ended));

        _stage.Time.Advance(TimeSpan.FromDays(30));
        var later = _stage.Decide("later", "ada");
        _stage.Rewrap();
        Assert.Equal("later", _stage.Text(later));
    }

    [Fact]
    public void What_the_vault_has_not_come_to_yet_stays()
    {
        var (ada, next) = (_stage.Decide("of ada", "ada"), _stage.Decide("of bob", "bob"));
        Erase("ada");

        Assert.Equal(0, _stage.Sweep().Files);
        Assert.True(_stage.HasContent(ada));
        _stage.Rewrap();
        Assert.Equal(1, _stage.Sweep().Files);
        Assert.Equal("of bob", _stage.Text(next));
    }

    [Fact]
    public void What_was_lost_without_an_act_stays_for_a_key_from_a_backup()
    {
        var lost = _stage.Decide("of ada", "ada");
        File.Delete(Assert.Single(Directory.GetFiles(_stage.Hours)));
        _stage.Time.Advance(TimeSpan.FromHours(1));
        _stage.Decide("newest", "bob");
        _stage.Rewrap();
        Assert.Equal((0, 1), _stage.Counted);

        Assert.Equal(0, _stage.Sweep().Files);
        Assert.True(_stage.HasContent(lost));
    }

    private void Erase(string person) => _stage.Vault.Erase(new EraseRequest
    {
        Act = Guid.CreateVersion7(),
        At = _stage.Time.GetUtcNow(),
        Subject = VaultStage.Alias(person),
        Groups = [new KeyGroup("refunds", VaultStage.Class, "2026-11")],
    });
}
