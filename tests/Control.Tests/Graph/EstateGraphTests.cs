using System.Text.Json;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Registry;
using Provost.Control.Tests.Governance;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Graph;

public sealed class EstateGraphTests : IDisposable
{
    private readonly GovernanceTown _town = GovernanceTown.Peopled();

    public void Dispose() => _town.Dispose();

    [Fact]
    public void What_breaks_with_a_model_is_every_system_on_any_way_to_it()
    {
        Estate();

        Assert.Equal(
            ["system:answers 1 model", "system:front 2 component", "system:report 3 uses its answers"],
            Broken("gpt-5"));
        Assert.Equal(["system:answers 1 reads", "system:front 2 component", "system:report 3 uses its answers"],
            Broken("data:faq"));
        Assert.Equal(["system:booking 1 tool", "system:front 2 component", "system:report 3 uses its answers"],
            Broken("tool:book"));
        Assert.Equal(["system:report 1 uses its answers"], Broken("front"));
        Assert.Empty(Broken("report"));
    }

    [Fact]
    public void What_a_chain_connects_to_holds_the_tools_and_data_of_its_parts()
    {
        Estate();

        Assert.Equal(
            [
                "system:answers 1 component", "system:booking 1 component", "data:faq 2 reads",
                "model:openai/gpt-5 2 model", "prompt:answers/p.md 2 prompt", "model:openai/gpt-6 2 model",
                "tool:book 2 tool",
            ],
            Said(Graph().ConnectsTo(new GraphNode(GraphNode.System, "front"))));
    }

    [Fact]
    public void Systems_that_use_each_other_are_gone_round_once()
    {
        Declare("a", downstream: ["b"]);
        Declare("b", downstream: ["a"]);

        Assert.Equal(["system:b 1 uses its answers"], Broken("a"));
        Assert.Equal(["system:a 1 uses its answers"], Broken("b"));
    }

    [Fact]
    public void A_system_without_a_release_and_one_that_nobody_registered_are_in_it()
    {
        Declare("lonely", downstream: ["stranger"]);

        Assert.Equal(["system:stranger 1 uses its answers"], Broken("lonely"));
        var answer = Views().Ask("lonely", breaks: true).Value;
        Assert.False(Assert.Single(answer.Items).Registered);
        Assert.Empty(Views().Ask("lonely", breaks: false).Value.Items);
    }

    [Fact]
    public void A_name_that_says_two_things_is_refused_with_both()
    {
        Declare("faq", dataSources: ["faq"]);

        var fault = Views().Ask("faq", breaks: true).Fault!;
        Assert.Equal("provost.graph.ambiguous", fault.Code);
        Assert.Equal("Write one of: system:faq, data:faq.", fault.Remedy);
        Assert.Null(Views().Ask("data:faq", breaks: true).Fault);
        Assert.Equal("provost.graph.unknown", Views().Ask("nothing", breaks: true).Fault!.Code);
    }

    [Fact]
    public void Owners_and_tier_of_what_breaks_are_said()
    {
        Estate();

        var item = Views().Ask("gpt-5", breaks: true).Value.Items[0];

        Assert.Equal(("answers", "limited", "dana", "sam"), (item.Name, item.Tier, item.Business!.Person,
            item.Technical!.Person));
    }

    private string[] Broken(string name) => Said(Graph().BreaksWith(Graph().Named(name)[0]));

    private static string[] Said(IEnumerable<Reached> reached) =>
        [.. reached.Select(r => $"{r.Node} {r.Depth} {r.Edge.How}")];

    private EstateGraph Graph() => EstateGraph.Of(_town.State, _town.Time.GetUtcNow());

    private GraphViews Views() => new(
        () => _town.State, person => new PersonView(person, person), _town.Time.GetUtcNow);

    /// <summary>front = answers + booking; report uses front's answers.</summary>
    private void Estate()
    {
        Declare("answers", dataSources: ["faq"]);
        Declare("booking");
        Declare("front", downstream: ["report"]);
        Declare("report");
        Submit("answers", new UsedPart("model", "openai/gpt-5"), new UsedPart("prompt", "p.md"));
        Submit("booking", new UsedPart("model", "openai/gpt-6"), new UsedPart("tool", "book"));
        Submit(
            "front", new UsedPart(UsedPart.Component, "answers", Digest: DigestOf("answers")),
            new UsedPart(UsedPart.Component, "booking", Digest: DigestOf("booking")));
    }

    private void Declare(string system, string[]? dataSources = null, string[]? downstream = null)
    {
        var applied = _town.Apply("kim").Body.Deserialize<SystemApplied>(JsonSerializerOptions.Web)!;
        _town.Give(GovernanceDraft.Of(Actor.Person("kim"), system, applied with
        {
            System = system,
            DataSources = dataSources,
            Downstream = downstream,
        }));
    }

    private void Submit(string system, params UsedPart[] uses) => _town.Give(Draft(system, uses));

    private static GovernanceDraft Draft(string system, params UsedPart[] uses) =>
        GovernanceDraft.Of(Actor.Person("kim"), system, new ReleaseSubmitted
        {
            System = system,
            Release = DigestOf(system),
            Version = "1.0.0",
            Provider = "",
            Model = "",
            LastsMs = 86_400_000,
            Files = new Dictionary<string, string>(),
            Uses = uses,
        });

    private static string DigestOf(string system) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(system));

}
