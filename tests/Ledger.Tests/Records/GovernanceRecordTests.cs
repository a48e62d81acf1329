using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Records;

public sealed class GovernanceRecordTests
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly Guid Own = Guid.Parse("0193a000-0000-7000-8000-000000000002");

    [Fact]
    public void Reads_back_an_act_with_its_statement_and_body()
    {
        var act = Act() with
        {
            OnBehalf = "p9",
            Before = "sha256:a",
            After = "sha256:b",
            Drill = true,
            Reason = new Commitment("aGk=", 12, "text/plain", Capture.Full),
            Statement = "{\"payload\":\"e30=\"}"u8.ToArray(),
            Body = "{\"until\":5}"u8.ToArray(),
        };
        var bytes = Written.Record(act.Write, nodeSeq: 17);
        var view = GovernanceView.Read(bytes)!;

        Assert.True(CanonicalJson.IsCanonical(bytes));
        Assert.Equal((17, "pause", "person", "p1"), (view.NodeSeq, view.Verb, view.ActorKind, view.ActorId));
        Assert.Equal((Own, Nine, "control", 4), (view.Id, view.Time, view.Node, view.Epoch));
        Assert.Equal(("p9", "sha256:a", "sha256:b"), (view.OnBehalf, view.Before, view.After));
        Assert.Equal(act.Reason, view.Reason);
        Assert.True(view.Drill);
        Assert.Equal("e30=", view.Statement!.Value.GetProperty("payload").GetString());
        Assert.Equal(5, view.Body!.Value.GetProperty("until").GetInt32());
    }

    [Fact]
    public void Leaves_statement_and_body_out_where_there_are_none()
    {
        var bytes = Written.Record(Act().Write);
        var view = GovernanceView.Read(bytes)!;

        Assert.Null(view.Statement);
        Assert.Null(view.Body);
        Assert.DoesNotContain("\"body\"", Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void Marks_the_draft_as_governance_so_that_it_may_use_the_reserve()
    {
        using var draft = RecordDraft.Rent();
        Act().Write(draft);

        Assert.True(draft.IsGovernance);
        Assert.Equal(Own, draft.Id);
    }

    [Fact]
    public void Refuses_what_is_not_of_its_form()
    {
        var text = Encoding.UTF8.GetString(Written.Record(Act().Write));

        Assert.Throws<FormatException>(() => Read(text.Replace("provost.gov/1", "provost.gov/9")));
        Assert.Throws<FormatException>(() => Read(text.Replace("\"actor\"", "\"aktor\"")));
        Assert.Throws<FormatException>(() => Read("[]"));
        Assert.Throws<FormatException>(() => Read("no json"));
        Assert.Null(Read("{\"type\":\"gov.\"}"));
        Assert.Null(Read("{\"type\":\"reported\"}"));
    }

    private static GovernanceView? Read(string text) => GovernanceView.Read(Encoding.UTF8.GetBytes(text));

    private static GovernanceRecord Act() => new()
    {
        Id = Own,
        Time = Nine,
        Node = "control",
        Epoch = 4,
        Verb = "pause",
        ActorKind = "person",
        ActorId = "p1",
        Object = "refund-assistant",
    };
}
