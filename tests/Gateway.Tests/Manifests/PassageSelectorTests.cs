using Provost.Gateway.Manifests;

namespace Provost.Gateway.Tests.Manifests;

public sealed class PassageSelectorTests
{
    private const string Chat = """
        {"messages":[
          {"role":"system","content":"Answer from the passages."},
          {"role":"user","name":"kb","content":"Passage in a user message."},
          {"role":"user","content":"How long may I send it back?"},
          {"role":"assistant","tool_calls":[
            {"id":"c1","type":"function","function":{"name":"search","arguments":"{}"}},
            {"id":"c2","type":"function","function":{"name":"weather","arguments":"{}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"Returns: 30 days."},
          {"role":"tool","tool_call_id":"c2","content":"Rain."},
          {"role":"tool","tool_call_id":"c1","content":[
            {"type":"text","text":"Part one."},{"type":"text","text":"Part two."}]},
          {"role":"tool","tool_call_id":"c9","content":"An answer to no call."}]}
        """;

    [Theory]
    [InlineData("message(role=tool, name=search)", "Returns: 30 days.|Part one.|Part two.")]
    [InlineData("message(role=tool, name=weather)", "Rain.")]
    [InlineData("message(role=tool, name=other)", "")]
    [InlineData("message(role=tool)", "Returns: 30 days.|Rain.|Part one.|Part two.|An answer to no call.")]
    [InlineData("message(role=user, name=kb)", "Passage in a user message.")]
    public void Finds_what_the_application_had_retrieved_in_order(string selector, string passages) =>
        Assert.Equal(
            passages.Split('|', StringSplitOptions.RemoveEmptyEntries), PassageSelector.Parse(selector)!.Find(Chat));

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("""{"messages":7}""")]
    [InlineData("""{"messages":[7,{"role":"tool"},{"role":"tool","content":7},{"role":7,"content":"x"}]}""")]
    [InlineData("""{"messages":[{"role":"assistant","tool_calls":[7,{"id":"c"},{"id":"c","function":7}]}]}""")]
    public void Finds_nothing_in_what_is_no_chat_request(string body) =>
        Assert.Empty(PassageSelector.Parse("message(role=tool)")!.Find(body));

    [Theory]
    [InlineData("message(role=tool,name=search)", "message(role=tool, name=search)")]
    [InlineData("message( role = tool )", "message(role=tool)")]
    [InlineData("message(role=user, name=kb)", "message(role=user, name=kb)")]
    [InlineData("message(role=system)", null)]
    [InlineData("message(name=search)", null)]
    [InlineData("message(role=tool) and more", null)]
    [InlineData("tool", null)]
    public void Has_one_spelling(string written, string? kept) =>
        Assert.Equal(kept, PassageSelector.Parse(written)?.ToString());
}
