using Provost.Control.Intake;

namespace Provost.Control.Tests.Intake;

/// <summary>One page of answers gives tier, duties and the manifest at once.</summary>
public sealed class IntakeReadingTests
{
    private static readonly IntakeAnswers Answers = new()
    {
        Name = "desk",
        Unit = "care",
        Purpose = "Answers questions: \"opening hours\", prices.",
        Environments = ["production", "staging"],
        Business = "dana@acme.example",
        Technical = "sam@acme.example",
        Population = "Customers # all of them",
        Exposure = "1000 USD",
        DataClasses = ["public"],
        Autonomy = "answers",
        DataSources = ["faq:public"],
    };

    [Fact]
    public void The_tier_is_that_of_each_environment_with_its_reasons_approvers_and_duties()
    {
        var reading = IntakeReading.Of(Answers, Taxonomy.BuiltIn);
        Assert.Empty(reading.Faults);
        Assert.Equal(
            [("production", "limited"), ("staging", "minimal")],
            reading.Tiers.Select(t => (t.Environment, t.Tier)));
        Assert.Equal(2, reading.Tiers[0].Approvers.Count);
        Assert.Single(reading.Tiers[1].Approvers);
        Assert.Contains(reading.Tiers[0].Obligations, o => o.Text.Contains("thresholds", StringComparison.Ordinal));
    }

    public static TheoryData<string> Kinds => [.. Taxonomy.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_a_manifest_can_be_taken_in(string kind)
    {
        var reading = IntakeReading.Of(Answers with { Kind = kind }, Taxonomy.BuiltIn);
        Assert.Empty(reading.Faults);
        Assert.Contains($"kind: {kind}", reading.Manifest);
    }

    [Fact]
    public void A_manifest_has_no_kind_that_intake_lacks()
    {
        var slip = Assert.Single(IntakeReading.Of(Answers with { Kind = "none" }, Taxonomy.BuiltIn).Faults);
        Assert.All(Taxonomy.Kinds, kind => Assert.Contains(kind, slip.Remedy));
        Assert.Equal(Taxonomy.Kinds.Count, slip.Remedy.Split('|').Length);
    }

    [Theory]
    [InlineData("999999 USD", "limited", 2)]
    [InlineData("1000000 USD", "high", 3)]
    public void Money_at_stake_chooses_the_approvers(string exposure, string tier, int approvers)
    {
        var reading = IntakeReading.Of(Answers with { Exposure = exposure }, Taxonomy.BuiltIn);
        Assert.Equal(tier, reading.Tiers[0].Tier);
        Assert.Equal(approvers, reading.Tiers[0].Approvers.Count);
    }

    [Fact]
    public void A_forbidden_use_gets_the_clause_and_no_tier()
    {
        var reading = IntakeReading.Of(Answers with { Practices = ["social-scoring"] }, Taxonomy.BuiltIn);
        Assert.Equal("AI Act Art. 5(1)(c)", Assert.Single(reading.Forbidden).Clause);
        Assert.Empty(reading.Tiers);
    }

    [Fact]
    public void Whatever_is_typed_stays_the_text_that_it_is()
    {
        const string odd = "a: b\n- c: {d} # \"e\" \\ 'f' &g *h !i %j @k `l` \t ö 🙂";
        var reading = IntakeReading.Of(Answers with { Population = odd, Purpose = "yes" }, Taxonomy.BuiltIn);
        Assert.Empty(reading.Faults);
        var terms = Provost.Gateway.Manifests.ManifestParser.Parse(
            [new("provost.yaml", System.Text.Encoding.UTF8.GetBytes(reading.Manifest))], _ => null,
            new() { Guardrails = [], CheckGuardrail = _ => null, KindOf = _ => null });
        Assert.Equal(odd, terms.System!.Intake.Population);
        Assert.Equal("yes", terms.System.Purpose);
    }

    [Fact]
    public void What_is_missing_is_told_with_its_place()
    {
        var faults = IntakeReading.Of(new IntakeAnswers(), Taxonomy.BuiltIn).Faults.Select(f => f.Path).ToList();
        Assert.Contains("metadata.name", faults);
        Assert.Contains("spec.owners.business", faults);
        Assert.Contains("spec.intake.exposure", faults);
        Assert.Contains(
            "spec.intake.dataClasses",
            IntakeReading.Of(Answers with { DataClasses = ["gossip"], DataSources = [] }, Taxonomy.BuiltIn).Faults
                .Select(f => f.Path));
    }
}
