using System.Text.Json;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

public sealed class ErasedContentTests : IDisposable
{
    private const string OfAda =
        """{"subject":"ada","decision":null,"groups":[{"system":"refunds","class":"c","month":"2026-11"}]}""";

    private readonly SampleLog _log = new(1);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Names_who_erased_what_on_which_basis_and_when_it_is_complete()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z");
        Decide("bob", "2026-11-20T09:00:00.000000Z");
        Decide("ada", "2026-11-20T10:00:00.000000Z", capture: "digest");
        Erase(OfAda, "2026-11-21T09:00:00.000000Z");
        Decide("ada", "2026-11-21T09:00:01.000000Z");
        _log.Commit();

        var end = Assert.Single(ErasedContent.InFolder(_log.Folder, _log.Checkpoint));

        Assert.Equal((4, "p_cleo", 1), (end.Entry, end.By, end.Affected));
        Assert.Equal(1, Assert.Single(end.First));
        Assert.Equal(
            "Entry 4: content of 1 entries erased (1), by p_cleo on 2026-11-21 09:00 UTC, basis: GDPR Art. 17; "
            + "complete on 2026-12-22.", end.ToString());
    }

    [Fact]
    public void Names_the_law_that_an_erasure_outweighs_and_why()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z");
        Erase(
            """
            {"subject":"ada","decision":null,"groups":[{"system":"refunds","class":"c","month":"2026-11"}],
            "duties":["Regulation B, until 2029-01-01"],"despite":"court order 12"}
            """,
            "2026-11-21T09:00:00.000000Z");
        _log.Commit();

        Assert.Contains(
            "basis: GDPR Art. 17; despite Regulation B, until 2029-01-01: court order 12; complete on 2026-12-22.",
            Assert.Single(ErasedContent.InFolder(_log.Folder, _log.Checkpoint)).ToString());
    }

    [Fact]
    public void Names_one_decision_and_no_other()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z", id: "d1");
        Decide("ada", "2026-11-20T09:00:00.000000Z", id: "d2");
        Erase("""{"subject":"ada","decision":"d2","groups":[]}""", "2026-11-21T09:00:00.000000Z");
        _log.Commit();

        Assert.Equal([2], Assert.Single(ErasedContent.InFolder(_log.Folder, _log.Checkpoint)).First);
    }

    [Fact]
    public void Names_a_month_whose_term_ended_and_spares_who_was_held()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z");
        Decide("bob", "2026-11-20T09:00:00.000000Z");
        Decide("ada", "2026-12-01T00:00:00.000000Z");
        Add("gov.term_ended", "2029-01-01T00:00:00.000000Z", """
            "actor":{"id":"control","kind":"system"},
            "body":{"edition":1,"schedule":"sha256:0","completeOn":"2029-02-01","spared":["bob"],"groups":[
            {"group":{"system":"refunds","class":"c","month":"2026-11"},"due":"2028-12-01","rule":"24mo"}]}
            """);
        _log.Commit();

        var end = Assert.Single(ErasedContent.InFolder(_log.Folder, _log.Checkpoint));

        Assert.False(end.IsErasure);
        Assert.Equal([1], end.First);
    }

    [Fact]
    public void Says_nothing_of_a_log_in_which_nothing_was_destroyed()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z");
        _log.Commit();

        Assert.Empty(ErasedContent.InFolder(_log.Folder, _log.Checkpoint));
    }

    [Fact]
    public void Refuses_a_folder_that_is_not_the_one_that_was_verified()
    {
        var verified = _log.Checkpoint with { Root = new byte[32] };

        Assert.Throws<InvalidDataException>(() => ErasedContent.InFolder(_log.Folder, verified));
    }

    [Fact]
    public async Task A_bundle_that_carries_no_act_of_governance_cannot_say()
    {
        Decide("ada", "2026-11-20T09:00:00.000000Z");
        Erase(OfAda, "2026-11-21T09:00:00.000000Z");
        _log.Commit();
        using var decisions = new MemoryStream(await _log.ExportAsync(_log.Request([1])));
        using var all = new MemoryStream(await _log.ExportAsync(_log.Request([1, 2])));

        Assert.Null(ErasedContent.InBundle(decisions));
        Assert.Equal(1, Assert.Single(ErasedContent.InBundle(all)!).Affected);
    }

    private void Decide(string subject, string time, string capture = "full", string id = "d") =>
        Add("decision.outcome", time, $$$"""
            "decision":"{{{id}}}","system":"refunds","retention":"c","subject":"{{{subject}}}",
            "input":{"capture":"{{{capture}}}"}
            """);

    private void Erase(string body, string time) => Add("gov.content_erased", time, $$"""
        "actor":{"id":"p_cleo","kind":"person"},
        "body":{"basis":"GDPR Art. 17","completeOn":"2026-12-22",{{body[1..]}}
        """);

    private void Add(string type, string time, string members)
    {
        var stream = type[0] == 'g' ? "gov" : "sys:refunds";
        using var leaf = JsonDocument.Parse($$$"""
            {"node":"n","nodeSeq":0,"prev":"","seq":0,"v":1,"stream":"{{{stream}}}",
             "record":{"type":"{{{type}}}","time":"{{{time}}}",{{{members}}}}}
            """);
        _log.AddRaw(CanonicalJson.From(leaf.RootElement));
    }
}
