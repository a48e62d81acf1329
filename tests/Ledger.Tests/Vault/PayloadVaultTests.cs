namespace Provost.Ledger.Vault;

public sealed class PayloadVaultTests : IDisposable
{
    private readonly VaultStage _stage = new();

    private DateTimeOffset Now => _stage.Time.GetUtcNow();

    public void Dispose() => _stage.Dispose();

    [Fact]
    public void Opens_a_payload_before_and_after_it_came_under_its_subjects_key()
    {
        var decided = _stage.Decide("a person's words", "ada");
        Assert.Equal("a person's words", _stage.Text(decided));
        _stage.Rewrap();
        Assert.Equal("a person's words", _stage.Text(decided));
        _stage.Restart();
        Assert.Equal("a person's words", _stage.Text(decided));
    }

    [Fact]
    public void Erases_one_person_and_nobody_else()
    {
        var (ada, other) = (_stage.Decide("of ada", "ada"), _stage.Decide("of bob", "bob"));
        var (again, nobody) = (_stage.Decide("more of ada", "ada", "loans"), _stage.Decide("of nobody"));
        _stage.Rewrap();

        Assert.Equal(2, _stage.Vault.Find(VaultStage.Alias("ada")).Count);
        var answer = Erase("ada");

        Assert.Equal((2, false), (answer.Keys, answer.IsRepeated));
        Assert.Equal(PayloadState.Erased, _stage.Open(ada).State);
        Assert.Equal(PayloadState.Erased, _stage.Open(again).State);
        Assert.Equal(("of bob", "of nobody"), (_stage.Text(other), _stage.Text(nobody)));
        Assert.Empty(_stage.Vault.Find(VaultStage.Alias("ada")));
        _stage.Restart();
        Assert.Equal(PayloadState.Erased, _stage.Open(ada).State);
        Assert.Equal("of bob", _stage.Text(other));
    }

    [Fact]
    public void Erases_in_the_groups_that_are_named_and_nowhere_else()
    {
        var (refund, loan) = (_stage.Decide("refund", "ada"), _stage.Decide("loan", "ada", "loans"));
        _stage.Rewrap();
        var late = _stage.Decide("late loan", "ada", "loans");
        _stage.Vault.Erase(new EraseRequest
        {
            Act = Guid.CreateVersion7(),
            At = Now,
            Subject = VaultStage.Alias("ada"),
            Groups = [new KeyGroup("refunds", VaultStage.Class, "2026-11")],
        });
        _stage.Rewrap();

        Assert.Equal(PayloadState.Erased, _stage.Open(refund).State);
        Assert.Equal(("loan", "late loan"), (_stage.Text(loan), _stage.Text(late)));
    }

    [Fact]
    public void Leaves_no_byte_of_a_destroyed_key_on_the_disk()
    {
        _stage.Decide("of ada", "ada");
        _stage.Rewrap();
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_stage.Folder, "keys")));
        var before = SealedKey(file);
        Erase("ada");

        Assert.Contains(before, b => b != 0);
        Assert.All(SealedKey(file), b => Assert.Equal(0, b));

        // nonce, tag and sealed key of the first slot
        static byte[] SealedKey(string path) => File.ReadAllBytes(path)[(1024 + 48)..(1024 + 108)];
    }

    [Fact]
    public void Erases_one_decision_and_leaves_the_persons_others()
    {
        var (first, second) = (_stage.Decide("one", "ada"), _stage.Decide("two", "ada"));
        _stage.Rewrap();
        var answer = _stage.Vault.Erase(new EraseRequest
        {
            Act = Guid.CreateVersion7(),
            At = Now,
            Places = [new PayloadPlace(VaultStage.Node, first.NodeSeq)],
        });

        Assert.Equal((0, 1), (answer.Keys, answer.Payloads));
        Assert.Equal(PayloadState.Erased, _stage.Open(first).State);
        Assert.Equal("two", _stage.Text(second));
    }

    [Fact]
    public void Erases_what_the_log_holds_and_the_vault_has_not_seen_yet()
    {
        var late = _stage.Decide("late", "ada");
        Erase("ada");
        Assert.Equal(PayloadState.Erased, _stage.Open(late).State);
        _stage.Rewrap();

        Assert.Equal(PayloadState.Erased, _stage.Open(late).State);
        Assert.Equal((1, 0), _stage.Counted);
    }

    [Fact]
    public void Keeps_what_a_person_brings_after_the_erasure_even_when_it_is_asked_for_again()
    {
        var before = _stage.Decide("before", "ada");
        _stage.Rewrap();
        var act = Guid.CreateVersion7();
        var at = Now;
        Erase("ada", act, at);
        _stage.Time.Advance(TimeSpan.FromSeconds(1));
        var after = _stage.Decide("after", "ada");
        _stage.Rewrap();

        Assert.True(Erase("ada", act, at).IsRepeated);
        Erase("ada", Guid.CreateVersion7(), at);
        Assert.Equal("after", _stage.Text(after));
        Assert.Equal(PayloadState.Erased, _stage.Open(before).State);
    }

    [Fact]
    public void A_restored_backup_revives_nothing_once_the_act_is_asked_for_again()
    {
        var decided = _stage.Decide("of ada", "ada");
        _stage.Rewrap();
        var (act, at) = (Guid.CreateVersion7(), Now);
        _stage.Restore(() => Erase("ada", act, at));
        Assert.Equal("of ada", _stage.Text(decided));

        Assert.False(Erase("ada", act, at).IsRepeated);
        Assert.Equal(PayloadState.Erased, _stage.Open(decided).State);
    }

    [Fact]
    public void A_round_that_was_cut_is_done_again_with_the_same_result()
    {
        var first = _stage.Decide("one", "ada");
        _stage.Rewrap();
        var cursor = File.ReadAllBytes(Path.Combine(_stage.Folder, "cursor"));
        var second = _stage.Decide("two", "ada");
        _stage.Rewrap();
        _stage.Vault.Dispose();
        File.WriteAllBytes(Path.Combine(_stage.Folder, "cursor"), cursor);
        var wraps = Assert.Single(Directory.GetFiles(Path.Combine(_stage.Folder, "wraps", VaultStage.Node)));
        File.AppendAllText(wraps, "half a slot");
        _stage.Restart();

        Assert.Equal(1, _stage.Vault.Through);
        _stage.Rewrap();
        Assert.Equal(2, _stage.Vault.Through);
        Assert.Equal(("one", "two"), (_stage.Text(first), _stage.Text(second)));
        Assert.Equal(512 + (2 * 128), new FileInfo(wraps).Length);
    }

    [Fact]
    public void Ends_the_term_of_a_month_and_spares_who_is_held()
    {
        var (ada, bob) = (_stage.Decide("of ada", "ada"), _stage.Decide("of bob", "bob"));
        _stage.Time.Advance(TimeSpan.FromDays(30));
        var december = _stage.Decide("in december", "ada");
        _stage.Rewrap();
        var november = new KeyGroup("refunds", VaultStage.Class, "2026-11");
        EndTerm(november, VaultStage.Alias("bob"));

        Assert.Equal(PayloadState.TermEnded, _stage.Open(ada).State);
        Assert.Equal(("of bob", "in december"), (_stage.Text(bob), _stage.Text(december)));
        Assert.Equal(GroupState.PartlyEnded, _stage.Vault.List().Single(g => g.Group == november).State);

        EndTerm(november);
        Assert.Equal(PayloadState.TermEnded, _stage.Open(bob).State);
        Assert.Equal("in december", _stage.Text(december));
        var ended = _stage.Vault.List().Single(g => g.Group == november);
        Assert.Equal((GroupState.Ended, 0), (ended.State, ended.Keys));
        _stage.Restart();
        Assert.Equal(PayloadState.TermEnded, _stage.Open(bob).State);
    }

    [Fact]
    public void Destroys_a_gateways_hour_keys_only_when_nothing_needs_them_any_more()
    {
        var decided = _stage.Decide("text", "ada");
        _stage.Rewrap(isTakenIn: true);
        Assert.Single(Directory.GetFiles(_stage.Hours));
        _stage.Time.Advance(TimeSpan.FromHours(1));
        _stage.Rewrap(isTakenIn: true);
        Assert.Single(Directory.GetFiles(_stage.Hours));
        _stage.Time.Advance(TimeSpan.FromHours(1));
        _stage.Rewrap(isTakenIn: true);

        Assert.Empty(Directory.GetFiles(_stage.Hours));
        Assert.Equal("text", _stage.Text(decided));
    }

    [Fact]
    public void A_payload_whose_hour_key_was_lost_is_counted_and_holds_up_nobody()
    {
        var lost = _stage.Decide("lost", "ada");
        File.Delete(Assert.Single(Directory.GetFiles(_stage.Hours)));
        _stage.Time.Advance(TimeSpan.FromHours(1));
        var kept = _stage.Decide("kept", "ada");
        _stage.Rewrap();

        Assert.Equal((0, 1), _stage.Counted);
        Assert.Equal(PayloadState.Lost, _stage.Open(lost).State);
        Assert.Equal("kept", _stage.Text(kept));
    }

    [Fact]
    public void Says_lost_of_a_wrap_that_was_changed_on_the_disk()
    {
        var decided = _stage.Decide("text", "ada");
        _stage.Rewrap();
        _stage.Vault.Dispose();
        var wraps = Directory.GetFiles(Path.Combine(_stage.Folder, "wraps", VaultStage.Node)).Single();
        var bytes = File.ReadAllBytes(wraps);
        bytes[512 + 60] ^= 1;
        File.WriteAllBytes(wraps, bytes);
        _stage.Restart();

        Assert.Equal(PayloadState.Lost, _stage.Open(decided).State);
    }

    [Fact]
    public void Refuses_a_folder_that_lacks_what_its_cursor_names()
    {
        _stage.Decide("text", "ada");
        _stage.Rewrap();
        _stage.Vault.Dispose();
        File.Delete(Directory.GetFiles(Path.Combine(_stage.Folder, "wraps", VaultStage.Node)).Single());
        _stage.Restart();
        _stage.Decide("more", "ada");

        Assert.Throws<InvalidDataException>(() => _stage.Rewrap());
    }

    private DestroyAnswer Erase(string person, Guid? act = null, DateTimeOffset? at = null) =>
        _stage.Vault.Erase(new EraseRequest
        {
            Act = act ?? Guid.CreateVersion7(),
            At = at ?? Now,
            Subject = VaultStage.Alias(person),
            Groups = [.. new[] { "refunds", "loans" }.Select(s => new KeyGroup(s, VaultStage.Class, "2026-11"))],
        });

    private void EndTerm(KeyGroup group, params string[] spared) => _stage.Vault.EndTerm(new EndTermRequest
    {
        Act = Guid.CreateVersion7(),
        At = Now,
        Groups = [group],
        Spared = spared,
    });
}
