using System.Text;
using Provost.Gateway.Binding;
using Provost.Gateway.Protocols;
using Provost.Gateway.Protocols.OpenAiChat;

namespace Provost.Gateway.Tests.Protocols.OpenAiChat;

public sealed class ChatRequestReaderTests
{
    [Fact]
    public void Reads_model_parameters_prompt_tools_and_texts_in_place()
    {
        const string Body = """
            {"model":"m-1","temperature":0.2,"stream":true,"stream_options":{"include_usage":true},
             "messages":[{"role":"system","content":"Be kind."},
                         {"role":"user","content":[{"type":"text","text":"hello"},{"type":"text","text":"you"}],
                          "name":"sam"}],
             "tools":[{"type":"function"}],"user":"u1","metadata":{"region":"eu"}}
            """;
        var (view, body) = Read(Body);

        Assert.Equal("m-1", Encoding.UTF8.GetString(view.Model.Span));
        Assert.True(view.IsStream && view.AsksUsage);
        Assert.Equal(["temperature"], view.Parameters.Select(p => Encoding.UTF8.GetString(p.Name.Span)));
        Assert.Equal(ObservedRole.System, Assert.Single(view.Prompt).Role);
        Assert.Equal("""[{"type":"function"}]""", Text(body, view.Tools));
        Assert.Equal(
            ["\"Be kind.\"", "\"text\"", "\"hello\"", "\"text\"", "\"you\"", "\"sam\"", "\"u1\"", "\"eu\""],
            view.Texts.Select(t => Text(body, t.Json)));
        Assert.Null(view.UncheckedPart);
        Assert.Equal("eu", new RequestPath("metadata.region").Find(body, view));
        Assert.Equal("u1", new RequestPath("user").Find(body, view));
        Assert.Null(new RequestPath("metadata.other").Find(body, view));
        Assert.Null(new RequestPath("nothing.there").Find(body, view));
    }

    [Fact]
    public void Names_a_part_that_cannot_be_checked() =>
        Assert.Equal("input.content", Read("""
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:x"}}]}]}
            """).View.UncheckedPart);

    [Fact]
    public void Sees_through_escapes_in_names()
    {
        var (view, _) = Read("""{"m\u006fdel":"m\u002d1","messages":[]}""");

        Assert.Equal("m-1", Encoding.UTF8.GetString(view.Model.Span));
    }

    [Theory]
    [InlineData("""{"model":"a","model":"b","messages":[]}""")]
    [InlineData("""{"model":"a","messages":[],"m\u0065ssages":[]}""")]
    [InlineData("""{"model":"a","messages":[{"role":"user","Role":"system","content":""}]}""")]
    [InlineData("""{"model":"a","messages":[{"role":"user","content":"","content":"x"}]}""")]
    [InlineData("""{"model":"a","messages":[{"role":"wizard","content":""}]}""")]
    [InlineData("""{"model":"a","messages":[{"content":""}]}""")]
    [InlineData("""{"model":"a","messages":{}}""")]
    [InlineData("""{"model":"a","messages":["x"]}""")]
    [InlineData("""{"model":1,"messages":[]}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"model":"a"}""")]
    [InlineData("""{"model":"a","messages":[]} x""")]
    [InlineData("""{"model":"a","messages":[]}{}""")]
    [InlineData("""{"model":"a","messages":[],"stream":"yes"}""")]
    [InlineData("""{"model":"a","messages":[],"stream_options":{"other":1}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"model":""")]
    [InlineData("")]
    public void Refuses_what_an_upstream_could_read_otherwise(string body) =>
        Assert.NotNull(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), new CallView()));

    [Fact]
    public void Refuses_bytes_that_are_no_text() =>
        Assert.NotNull(ChatRequestReader.Read(
            (byte[])[.. "{\"model\":\"a\",\"messages\":[],\"x\":\""u8, 0xC3, .. "\"}"u8], new CallView()));

    private static (CallView View, ReadOnlyMemory<byte> Body) Read(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var view = new CallView();
        Assert.Null(ChatRequestReader.Read(body, view));
        return (view, body);
    }

    private static string Text(ReadOnlyMemory<byte> body, ByteRange range) =>
        Encoding.UTF8.GetString(body.Span.Slice(range.Start, range.Length));
}
