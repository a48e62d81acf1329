using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Ledger.Tree;

namespace Provost.Control.Tests.Decisions;

public sealed class LeafParserTests
{
    private readonly LeafParser _parser = new();

    public static TheoryData<string> NoLeaves =>
    [
        "",
        "no JSON",
        "[]",
        "{}",
        """{"node":"n","nodeSeq":0,"record":{"time":"2026-11-21T09:00:00Z","type":"x"},"seq":0,"stream":"s","v":2}""",
        """{"node":"n","nodeSeq":0,"record":{"time":"2026-11-21T09:00:00Z","type":"x"},"seq":0,"stream":"s"}""",
        """{"node":"n","nodeSeq":0,"record":{"type":"x"},"seq":0,"stream":"s","v":1}""",
        """{"node":"n","nodeSeq":0,"record":{"time":"noon","type":"x"},"seq":0,"stream":"s","v":1}""",
        """{"node":"n","nodeSeq":0,"record":{"time":"2026-11-21T09:00:00Z","type":7},"seq":0,"stream":"s","v":1}""",
        """{"node":"n","nodeSeq":0,"record":"x","seq":0,"stream":"s","v":1}""",
        """{"node":"n","nodeSeq":"0","record":{"time":"2026-11-21T09:00:00Z","type":"x"},"seq":0,"stream":"s","v":1}""",
        """{"node":"n","nodeSeq":0,"record":{"time":"2026-11-21T09:00:00Z","type":"x"},"seq":0,"stream":"s","v":1}}""",
    ];

    [Theory]
    [MemberData(nameof(NoLeaves))]
    public void Says_that_other_bytes_are_no_leaf_and_gives_their_hash_all_the_same(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var leaf = _parser.Read(7, bytes);

        Assert.NotNull(leaf.Fault);
        Assert.Equal((7, bytes.Length, ""), (leaf.Index, leaf.Length, leaf.Type));
        Assert.Equal(MerkleHash.Leaf(bytes), leaf.Hash);
    }

    [Fact]
    public void Reads_every_prefix_and_every_changed_byte_without_failing()
    {
        var log = new FakeLog();
        log.Outcome();
        var bytes = log.Stored(0);
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotNull(_parser.Read(0, bytes.AsSpan(0, length)).Fault);

        var random = new Random(17);
        for (var i = 0; i < 5000; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            Assert.Equal(changed.Length, _parser.Read(0, changed).Length);
        }
    }

    [Fact]
    public void Takes_a_member_of_another_kind_for_none()
    {
        var fields = Outcome(record =>
        {
            record["system"] = 7;
            record["caller"] = null;
            record["cohort"] = "eu";
            record["timing"] = new JsonArray(1, 2);
            record["usage"] = new JsonObject { ["in"] = 1.5, ["out"] = "2" };
            record["guardrails"] = new JsonObject { ["results"] = new JsonObject() };
            record["drill"] = new JsonObject();
        });

        Assert.Equal((null, null, null, null), (fields.System, fields.CallerKey, fields.TotalUs, fields.TokensIn));
        Assert.Equal((null, null, null), (fields.TokensOut, fields.Exceptions, fields.Drill));
        Assert.Empty(fields.Cohort);
        Assert.Equal("production", fields.Environment);
    }

    [Fact]
    public void Reads_a_subject_written_as_text_or_as_commitment()
    {
        Assert.Equal("abc", Outcome(record => record["subject"] = "abc").Subject);
        Assert.Equal("abc", Outcome(record => record["subject"] = new JsonObject { ["hmac"] = "abc" }).Subject);
        Assert.Null(Outcome(record => record["subject"] = null).Subject);
    }

    [Fact]
    public void Gives_the_same_texts_one_place_and_different_ones_their_own()
    {
        var first = Outcome(record => record["modelRequested"] = "modèle \"x\"");
        var again = Outcome(record => record["modelRequested"] = "modèle \"x\"");
        Assert.Same(first.Release, again.Release);
        Assert.Same(first.Cohort, again.Cohort);
        Assert.Equal("modèle \"x\"", again.ModelRequested);

        for (var i = 0; i < 20_000; i++) // more than the table has places
            Assert.Equal("model-" + i, Outcome(record => record["modelRequested"] = "model-" + i).ModelRequested);
    }

    [Fact]
    public void Names_what_an_order_is_about()
    {
        var leaf = Read("gov.order", record => record["body"] = new JsonObject
        {
            ["order"] = new JsonObject { ["system"] = "not this one" },
            ["system"] = "refunds",
            ["environment"] = "production",
        });

        Assert.Equal("gov.order", leaf.Type);
        Assert.Equal(new BodySubject("refunds", "production", null), leaf.Subject);
    }

    [Fact]
    public void Keeps_the_bytes_of_an_intent_alone()
    {
        var log = new FakeLog();
        log.OutcomeOf(log.Intent());
        var intent = _parser.Read(0, log.Stored(0));

        Assert.Equal(intent.Record.Decision, _parser.ReadRecord(intent.Intent).Decision);
        Assert.Null(_parser.Read(1, log.Stored(1)).Intent);
    }

    private RecordFields Outcome(Action<JsonObject> change)
    {
        var log = new FakeLog();
        log.Outcome(change);
        return _parser.Read(0, log.Stored(0)).Record;
    }

    private LogLeaf Read(string type, Action<JsonObject> change)
    {
        var log = new FakeLog();
        log.Outcome(record =>
        {
            record["type"] = type;
            change(record);
        });
        return _parser.Read(0, log.Stored(0));
    }
}
