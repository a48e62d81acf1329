using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Control.Intake;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Control.Tests.Intake;

public sealed class TaxonomyTests
{
    private const string Manifest = """
        apiVersion: provost/v1
        kind: System
        metadata: { name: desk, unit: care }
        spec:
          kind: KIND
          purpose: Helps.
          environments: [production, test]
          owners: { business: dana@acme.example, technical: sam@acme.example }
          intake:
            { population: EU consumers, exposure: EXPOSURE, dataClasses: [CLASSES], autonomy: AUTONOMY,
              annexIII: AREA, practices: [PRACTICES] }
          retention: { class: answers, keep: KEEP }
          failMode: MODE
        """;

    private static readonly Taxonomy Edition1 = Taxonomy.Load();

    [Theory]
    [InlineData("minimal", "test", "llm", "public", "answers", "none", "0 USD")]
    [InlineData("limited", "production", "llm", "public", "answers", "none", "0 USD")]
    [InlineData("minimal", "production", "model", "public", "answers", "none", "0 USD")]
    [InlineData("limited", "production", "model", "customer", "answers", "none", "0 USD")]
    [InlineData("limited", "production", "model", "internal", "acts", "none", "0 USD")]
    [InlineData("minimal", "production", "model", "internal", "recommends", "none", "9999.99 EUR")]
    [InlineData("limited", "production", "model", "internal", "recommends", "none", "10000 EUR")]
    [InlineData("limited", "production", "model", "internal", "recommends", "none", "999999 EUR")]
    [InlineData("high", "production", "model", "internal", "recommends", "none", "1000000 EUR")]
    [InlineData("high", "test", "model", "personal", "recommends", "education", "0 USD")]
    [InlineData("high", "production", "llm", "special", "recommends", "none", "0 USD")]
    [InlineData("limited", "production", "llm", "special", "answers", "none", "0 USD")]
    [InlineData("high", "production", "llm", "customer", "decides", "none", "0 USD")]
    public void Gives_the_tier(
        string tier, string environment, string kind, string classes, string autonomy, string area, string exposure)
    {
        var decision = Tiered(System(kind, classes, autonomy, area, exposure), environment);

        Assert.Equal(tier, decision.Tier);
        Assert.NotEmpty(decision.Reasons);
        Assert.All(decision.Reasons, reason => Assert.EndsWith(".", reason.Text));
    }

    [Fact]
    public void Refuses_a_forbidden_use_with_its_clause()
    {
        var declared = Edition1.Decide(System(practices: "social-scoring"), "production");
        var reason = Assert.Single(Assert.IsType<TierDecision.Forbidden>(declared).Reasons);
        Assert.Equal("AI Act Art. 5(1)(c)", reason.Clause);

        var derived = Edition1.Decide(System(classes: "emotion", area: "employment"), "test");
        Assert.Equal("AI Act Art. 5(1)(f)",
            Assert.Single(Assert.IsType<TierDecision.Forbidden>(derived).Reasons).Clause);
    }

    [Theory]
    [InlineData("secret", "none", "0 USD", "", "spec.intake.dataClasses")]
    [InlineData("public", "sport", "0 USD", "", "spec.intake.annexIII")]
    [InlineData("public", "none", "0 XAU", "", "spec.intake.exposure")]
    [InlineData("public", "none", "0 USD", "gambling", "spec.intake.practices")]
    public void Never_takes_an_unknown_word_as_harmless(
        string classes, string area, string exposure, string practices, string path)
    {
        var decision = Edition1.Decide(System("llm", classes, "answers", area, exposure, practices), "test");

        var fault = Assert.Single(Assert.IsType<TierDecision.Unknown>(decision).Faults);
        Assert.Equal(path, fault.Path);
        Assert.StartsWith("Write", fault.Remedy);
    }

    [Fact]
    public void Lets_one_person_approve_only_the_lowest_tier_outside_production()
    {
        Assert.Equal(new Quorum(1, false), Edition1.DutiesOf("minimal", "test").Quorum);
        Assert.Equal(new Quorum(2, false), Edition1.DutiesOf("minimal", "production").Quorum);
        Assert.Equal(new Quorum(2, false), Edition1.DutiesOf("minimal", "an-environment-nobody-knows").Quorum);
        Assert.Equal(new Quorum(2, false), Edition1.DutiesOf("limited", "test").Quorum);
        Assert.Equal(new Quorum(2, true), Edition1.DutiesOf("high", "test").Quorum);
    }

    [Theory]
    [InlineData("production")]
    [InlineData("prod-eu")]
    [InlineData("Staging")]
    [InlineData("staging")]
    [InlineData("sandbox")]
    public void Asks_for_as_many_persons_as_gateways_and_verifiers_do(string environment)
    {
        foreach (var tier in Edition1.Tiers)
        {
            Assert.Equal(
                SigningQuorum.Persons(tier, environment), Edition1.DutiesOf(tier, environment).Quorum.Persons);
        }
    }

    [Fact]
    public void The_high_tier_is_stricter_than_the_others()
    {
        var high = Edition1.DutiesOf("high", "production");

        Assert.True(high.IntentBeforePrompt);
        Assert.True(high.RefuseOnLateRecord);
        Assert.Equal(TimeSpan.FromMinutes(15), high.Lease);
        Assert.Equal("C1", high.Custody);
        Assert.DoesNotContain("open", high.FailModes);
        Assert.False(Edition1.DutiesOf("limited", "production").IntentBeforePrompt);
        Assert.Throws<ArgumentException>(() => Edition1.DutiesOf("prohibited", "production"));
    }

    [Fact]
    public void Names_where_the_terms_fall_short_of_the_tier()
    {
        var decision = Tiered(System("model", "personal", "recommends", "education", keep: "5mo", mode: "open"),
            "production");

        Assert.Equal(["spec.failMode", "spec.retention.keep"], decision.Faults.Select(fault => fault.Path));
        Assert.Empty(Tiered(System(keep: "30d", mode: "open"), "test").Faults);
    }

    [Fact]
    public void A_graver_answer_never_lowers_the_tier()
    {
        var tiers = Edition1.Tiers;
        var autonomy = new[] { "answers", "recommends" };
        var answers = from kind in Gen.Elements("model", "llm")
                      from classes in Gen.SubListOf(Edition1.Data.DataClasses.Select(c => c.Id).ToArray())
                      from more in Gen.Elements(Edition1.Data.DataClasses.Select(c => c.Id).ToArray())
                      from act in Gen.Elements(autonomy)
                      from area in Gen.Elements(Edition1.Data.Areas.Select(a => a.Id).Append("none").ToArray())
                      from amount in Gen.Elements("0 USD", "20000 USD", "2000000 USD")
                      select (kind, classes: classes.Append("public").Distinct().ToList(), more, act, area, amount);
        Prop.ForAll(Arb.From(answers), a =>
        {
            var before = Rank(a.kind, a.classes, a.act, a.area, a.amount);
            return before <= Rank(a.kind, [.. a.classes.Append(a.more).Distinct()], a.act, a.area, a.amount)
                && before <= Rank(a.kind, a.classes, "decides", a.area, a.amount)
                && before <= Rank(a.kind, a.classes, a.act, a.area, "2000000 USD");
        }).Check(Config.QuickThrowOnFailure);

        int Rank(string kind, IReadOnlyList<string> classes, string act, string area, string amount) =>
            Edition1.Decide(System(kind, string.Join(", ", classes), act, area, amount), "production") switch
            {
                TierDecision.Tiered tiered => tiers.ToList().IndexOf(tiered.Tier),
                _ => int.MaxValue,
            };
    }

    [Theory]
    [InlineData("\"edition\": 1", "\"edition\": 0")]
    [InlineData("\"tier\": \"high\"", "\"tier\": \"huge\"")]
    [InlineData("\"failModes\": [\"closed\", \"fallback\"]", "\"failModes\": [\"closed\", \"open\"]")]
    [InlineData("\"EUR\": \"10000\", ", "")]
    [InlineData("\"production\": 2, \"elsewhere\": 2", "\"production\": 1, \"elsewhere\": 1")]
    [InlineData("\"staging\", \"sandbox\"", "\"staging\", \"prod-eu\"")]
    [InlineData("\"production\": 2, \"elsewhere\": 1", "\"production\": 2, \"elsewhere\": 2")]
    [InlineData("\"clause\": \"AI Act Art. 5(1)(f)\",\n      \"reason\"", "\"reason\"")]
    public void An_edition_that_is_unsound_is_not_loaded(string old, string changed)
    {
        using var stream = typeof(Taxonomy)
            .Assembly.GetManifestResourceStream("Provost.Control.Intake.taxonomy-1.json")!;
        var text = new StreamReader(stream).ReadToEnd();
        Assert.Contains(old, text);

        Assert.Throws<InvalidDataException>(
            () => Taxonomy.Load(new MemoryStream(Encoding.UTF8.GetBytes(text.Replace(old, changed)))));
    }

    private static TierDecision.Tiered Tiered(SystemDocument system, string environment) =>
        Assert.IsType<TierDecision.Tiered>(Edition1.Decide(system, environment));

    private static SystemDocument System(
        string kind = "llm", string classes = "public", string autonomy = "answers", string area = "none",
        string exposure = "0 USD", string practices = "", string keep = "24mo", string mode = "closed")
    {
        var text = Manifest.Replace("KIND", kind).Replace("CLASSES", classes).Replace("AUTONOMY", autonomy)
            .Replace("AREA", area).Replace("EXPOSURE", exposure).Replace("PRACTICES", practices)
            .Replace("KEEP", keep).Replace("MODE", mode);
        var set = ManifestParser.Parse(
            [new ManifestSource("system.yaml", Encoding.UTF8.GetBytes(text))], _ => null,
            new ManifestOptions { Guardrails = [] });
        Assert.Empty(set.Errors);
        return set.System!;
    }
}
