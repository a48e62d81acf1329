using System.Text;

namespace Provost.Ledger.Records;

public sealed class LeafReaderTests
{
    [Fact]
    public void Reads_an_entry_and_gives_the_record_verbatim()
    {
        var record = "{\"a\":{\"seq\":9},\"b\":[1,2]}"u8;
        var leaf = LeafReader.Read(Written.Entry(record, "n\"1", 12, "ab", 3, "sys:refund"));

        Assert.Equal(("n\"1", 12, "ab", 3, "sys:refund"), (leaf.Node, leaf.NodeSeq, leaf.Prev, leaf.Seq, leaf.Stream));
        Assert.Equal(record, leaf.Record.Span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"node\":\"n\"}")]
    [InlineData("{\"node\":\"n\",\"nodeSeq\":0,\"prev\":\"\",\"record\":{},\"seq\":0,\"stream\":\"gov\",\"v\":2}")]
    [InlineData("{\"node\":null,\"nodeSeq\":0,\"prev\":\"\",\"record\":{},\"seq\":0,\"stream\":\"gov\",\"v\":1}")]
    [InlineData("{\"nodeSeq\":0,\"node\":\"n\",\"prev\":\"\",\"record\":{},\"seq\":0,\"stream\":\"gov\",\"v\":1}")]
    [InlineData("{\"node\":\"n\",\"nodeSeq\":0,\"prev\":\"\",\"record\":{},\"seq\":0,\"stream\":\"\",\"v\":1,\"w\":1}")]
    [InlineData("{\"node\":\"n\",\"nodeSeq\":\"0\",\"prev\":\"\",\"record\":{},\"seq\":0,\"stream\":\"gov\",\"v\":1}")]
    public void Refuses_bytes_of_another_form(string entry) =>
        Assert.Throws<FormatException>(() => LeafReader.Read(Encoding.UTF8.GetBytes(entry)));

    [Fact]
    public void Refuses_every_cut_of_an_entry()
    {
        var entry = Written.Entry("{\"a\":1}"u8);
        for (var length = 0; length < entry.Length; length++)
            Assert.Throws<FormatException>(() => LeafReader.Read(entry.AsMemory(0, length)));
    }

    [Theory]
    [InlineData("gov.pause", null, "gov")]
    [InlineData("decision.outcome", "refund", "sys:refund")]
    [InlineData("decision.intent", null, "unbound")]
    [InlineData("reported", "refund", "sys:refund")]
    [InlineData("refused.aggregate", null, "unbound")]
    public void Knows_the_stream_that_a_record_belongs_to(string type, string? system, string stream)
    {
        var name = system is null ? "null" : $"\"{system}\"";
        var id = "0193a000-0000-7000-8000-000000000002";
        var head = RecordHead.Read(Encoding.UTF8.GetBytes(
            $$$"""{"id":"{{{id}}}","node":"n","nodeSeq":5,"system":{{{name}}},"type":"{{{type}}}","x":{"type":1}}"""));

        Assert.Equal((type, stream, Guid.Parse(id)), (head.Type, head.Stream, head.Id));
        Assert.Equal(("n", 5), (head.Node, head.NodeSeq));
    }

    [Theory]
    [InlineData("{\"id\":\"0193a000-0000-7000-8000-000000000002\",\"node\":\"n\",\"type\":\"gov.x\"}")]
    [InlineData("{\"id\":\"x\",\"node\":\"n\",\"nodeSeq\":1,\"type\":\"gov.x\"}")]
    [InlineData("{\"id\":\"0193a000-0000-7000-8000-000000000002\",\"node\":\"n\",\"nodeSeq\":1.5,\"type\":\"g\"}")]
    [InlineData("{\"id\"")]
    [InlineData("7")]
    public void Refuses_a_record_without_its_common_members(string record) =>
        Assert.Throws<FormatException>(() => RecordHead.Read(Encoding.UTF8.GetBytes(record)));
}
