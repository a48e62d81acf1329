using Microsoft.AspNetCore.Http;
using Provost.Gateway.Pipeline;
using Provost.Testing;

namespace Provost.Gateway.Tests.Pipeline;

public sealed class CallContextTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = "00-" + Trace + "-00f067aa0ba902b7-01";
    private const string Before = "01994d3c-0000-7000-8000-000000000001";

    [Fact]
    public async Task A_call_is_recorded_with_its_session_its_trace_and_the_decision_before_it()
    {
        await using var stage = await Stage.LlmAsync();
        stage.Upstream.Answer = call => FakeUpstream.PlainAsync(call, Chat.Answer());

        using var response = await stage.ChatAsync(
            Chat.Ask(), ("Provost-Session", "s-1"), ("traceparent", Parent),
            ("tracestate", $"congo=t61rcWkgMzE, provost={Before}"));

        var record = Assert.Single(stage.Records());
        Assert.Equal(
            ("s-1", Trace, Before),
            (record.GetProperty("session").GetString(), record.GetProperty("trace").GetString(),
                record.GetProperty("parent").GetString()));
    }

    [Theory]
    [InlineData(Parent, true)]
    [InlineData("cc-" + Trace + "-00f067aa0ba902b7-01-what-comes-later", true)]
    [InlineData("00-" + Trace + "-00f067aa0ba902b7-01-what-comes-later", false)]
    [InlineData("ff-" + Trace + "-00f067aa0ba902b7-01", false)]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false)]
    [InlineData("00-" + Trace + "-0000000000000000-01", false)]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false)]
    [InlineData("-------------------------------------------------------", false)]
    [InlineData("", false)]
    public void Only_a_trace_parent_of_the_standards_form_counts(string header, bool counts)
    {
        var headers = new HeaderDictionary { ["traceparent"] = header, ["tracestate"] = $"provost={Before}" };
        Assert.Equal(
            counts ? (Trace, Guid.Parse(Before)) : (null, (Guid?)null), CallContext.Trace(headers));
    }

    [Theory]
    [InlineData("provost=not-an-id")]
    [InlineData("provost=4bf92f35-77b3-4da6-a3ce-929d0e0e4736")] // no id that this product makes: version 4
    [InlineData("other=" + Before)]
    public void Only_a_decisions_id_counts_as_the_decision_before(string state)
    {
        var headers = new HeaderDictionary { ["traceparent"] = Parent, ["tracestate"] = state };
        Assert.Equal((Trace, (Guid?)null), CallContext.Trace(headers));
    }

    [Theory]
    [InlineData("chat_7.b-2", true)]
    [InlineData("", false)]
    [InlineData("two words", false)]
    [InlineData("s\u00e9ance", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_session_is_short_and_plain_or_it_is_not_recorded(string header, bool counts) =>
        Assert.Equal(
            counts ? header : null, CallContext.Session(new HeaderDictionary { ["Provost-Session"] = header }));
}
