using System.Text.Json.Nodes;
using Provost.Control.Intake;
using Provost.Control.Intake.Editions;

namespace Provost.Control.Tests.Intake.Editions;

public sealed class TaxonomyReaderTests
{
    public static TheoryData<string, string> Looser => new()
    {
        { "leaves out a tier of the Act", "tiers" },
        { "leaves out a data class", "dataClasses" },
        { "leaves out a forbidden practice", "practices" },
        { "gives a practice another clause", "practices" },
        { "leaves out a rule of the law", "rules (annex-iii)" },
        { "narrows a rule of the law", "rules (annex-iii)" },
        { "lowers a rule of the law", "rules (annex-iii)" },
        { "softens a prohibition", "rules (emotion-at-work-or-school)" },
        { "shortens a term", "tiers[3]" },
        { "allows another fail mode", "tiers[1].failModes" },
        { "drops a part of a release", "tiers[1]" },
        { "lengthens a lease", "tiers[3]" },
        { "needs no checkout", "tiers[3]" },
        { "builds an own tier on another floor", "tiers[2].floor" },
        { "asks for less above than below", "tiers[3]" },
        { "asks one person outside the lowest tier", "tiers[1].quorum.elsewhere" },
    };

    [Fact]
    public void A_sound_edition_is_read()
    {
        var read = Edition2.Document().Read();

        Assert.Equal(2, read.Rules.Edition);
        Assert.Equal(["minimal", "limited", "weighty", "high"], read.Rules.Tiers);
        Assert.Equal(["compliance"], read.Rules.DutiesOf("weighty", "production").Quorum.Also);
        Assert.StartsWith("sha256:", read.Digest);
    }

    [Fact]
    public void The_experimental_lane_relieves_of_no_person_whom_the_organisation_asks_for()
    {
        var asIs = Edition2.Document().Read().Rules;
        Assert.Equal([1, 1, 1, 2], asIs.Tiers.Select(t => asIs.DutiesOf(t, "experimental").Quorum.Persons));

        var two = Edition2.Document(d => d.Tier("minimal")["quorum"]!["elsewhere"] = 2).Read().Rules;
        Assert.Equal([2, 2, 2, 2], two.Tiers.Select(t => two.DutiesOf(t, "experimental").Quorum.Persons));
    }

    [Fact]
    public void What_it_prints_it_reads_again_as_the_same()
    {
        var read = Edition2.Document().Read();

        Assert.Equal(read.Digest, TaxonomyReader.Read(read.Rules.ToJson()).Value.Digest);
    }

    [Theory]
    [MemberData(nameof(Looser))]
    public void An_edition_that_asks_for_less_than_the_law_is_refused_with_the_place(string how, string path)
    {
        var fault = TaxonomyReader.Read(Edition2.Document(d => Loosen(d, how)).Element(), "policy.json").Fault!;

        Assert.Equal("provost.taxonomy.invalid", fault.Code);
        Assert.Contains(path, fault.Details.Select(d => d.Path));
        Assert.All(fault.Details, d => Assert.NotEmpty(d.Remedy));
        Assert.All(fault.Details, d => Assert.Equal("policy.json", d.File));
    }

    [Theory]
    [InlineData("{", 1)]
    [InlineData("[]", 1)]
    [InlineData("null", 0)]
    [InlineData("{\n  \"edition\": 2,\n  \"edition\": 2\n}", 0)]
    [InlineData("{\n  \"edition\": \"2\"\n}", 2)]
    [InlineData("{\n  \"colour\": 2\n}", 2)]
    [InlineData("{\"edition\": 2}", 1)]
    public void What_cannot_be_read_is_told_with_its_line(string text, int line)
    {
        var detail = Assert.Single(TaxonomyReader.Read(text, "policy.json").Fault!.Details);

        Assert.Equal(line, detail.Line);
        Assert.NotEmpty(detail.Message);
        Assert.All(
            ["Provost.", "deserialization", "LineNumber", ".NET"],
            word => Assert.DoesNotContain(word, detail.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"edition\": 99999999999}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"source\": \"\\ud800\"}")]
    [InlineData("{\"tiers\": [[[]]]}")]
    [InlineData("\u0000")]
    public void Garbage_is_a_fault_and_no_exception(string text) =>
        Assert.NotEmpty(TaxonomyReader.Read(text, "policy.json").Fault!.Details);

    [Fact]
    public void Nothing_where_something_is_needed_is_told_with_its_place()
    {
        var list = Edition2.Document(d => d["dataClasses"]!.AsArray()[1] = null);
        var member = Edition2.Document(d => d.Tier("high")["reviewEvery"] = null);

        Assert.Equal("dataClasses[1]", Assert.Single(TaxonomyReader.Read(list.Element()).Fault!.Details).Path);
        Assert.Equal("tiers[3].reviewEvery", Assert.Single(TaxonomyReader.Read(member.Element()).Fault!.Details).Path);
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var document = Edition2.Document(d =>
        {
            d.Remove("reapproval");
            d.Tier("high").Remove("oversight");
            d.Tier("limited")["signals"] = new JsonArray("weather");
        });

        Assert.Equal(
            ["reapproval", "tiers[1].signals", "tiers[3].oversight.autonomy"],
            TaxonomyReader.Read(document.Element()).Fault!.Details.Select(d => d.Path));
    }

    [Fact]
    public void An_edition_too_long_for_an_entry_is_refused()
    {
        var document = Edition2.Document(d =>
        {
            for (var at = 0; at < 100; at++)
            {
                d["dataClasses"]!.AsArray().Add(
                    new JsonObject { ["id"] = $"class-{at}", ["meaning"] = new string('x', 500) });
            }
        });

        Assert.Contains("40000", Assert.Single(TaxonomyReader.Read(document.Element()).Fault!.Details).Message);
    }

    [Theory]
    [InlineData("99999 USD", "limited", null)]
    [InlineData("100000 USD", "limited", "weighty")]
    [InlineData("999999 USD", "limited", "weighty")]
    [InlineData("1000000 USD", "high", null)]
    public void Money_chooses_the_tier_and_with_it_the_approvers(string exposure, string tier, string? own)
    {
        var decided = Assert.IsType<TierDecision.Tiered>(
            Edition2.Document().Read().Rules.Decide(Facts(exposure), "production"));

        Assert.Equal((tier, own), (decided.Tier, decided.OwnTier));
        Assert.Equal(exposure == "99999 USD" ? [] : ["compliance"], decided.Duties.Quorum.Also);
    }

    [Fact]
    public void Oversight_leaves_to_persons_what_a_system_may_not_do_alone()
    {
        var rules = Edition2.Document(d =>
        {
            var oversight = """{ "autonomy": ["answers", "recommends"], "offices": ["deputy", "compliance"] }""";
            d.Tier("high")["oversight"] = JsonNode.Parse(oversight);
        }).Read().Rules;

        var decided = Assert.IsType<TierDecision.Tiered>(
            rules.Decide(Facts("2000000 USD") with { Autonomy = "acts" }, "production"));

        Assert.Equal(
            ["spec.intake.autonomy", "spec.owners.deputy", "spec.contacts.compliance"],
            decided.Faults.Select(f => f.Path));
    }

    internal static IntakeFacts Facts(string exposure) => new()
    {
        Kind = "llm",
        Exposure = exposure,
        DataClasses = ["customer"],
        Autonomy = "recommends",
        AnnexIII = "none",
        Practices = [],
        FailMode = "closed",
        Keep = "12mo",
        Offices = [],
    };

    private static void Loosen(JsonObject edition, string how)
    {
        var annex = edition["rules"]!.AsArray().Single(r => (string?)r!["id"] == "annex-iii")!.AsObject();
        Action act = how switch
        {
            "leaves out a tier of the Act" => () => edition["tiers"]!.AsArray().RemoveAt(0),
            "leaves out a data class" => () => edition["dataClasses"]!.AsArray().RemoveAt(0),
            "leaves out a forbidden practice" => () => edition["practices"]!.AsArray().RemoveAt(0),
            "gives a practice another clause" => () => edition["practices"]![0]!["clause"] = "Policy 1",
            "leaves out a rule of the law" => () => edition["rules"]!.AsArray().Remove(annex),
            "narrows a rule of the law" => () => annex["when"]!["areas"] = new JsonArray("justice"),
            "lowers a rule of the law" => () => annex["tier"] = "limited",
            "softens a prohibition" => () => edition["rules"]![0]!["tier"] = "high",
            "shortens a term" => () => edition.Tier("high")["minimumKeep"] = "91d",
            "allows another fail mode" => () =>
                edition.Tier("limited")["failModes"] = new JsonArray("closed", "fallback", "open"),
            "drops a part of a release" => () => edition.Tier("limited")["requires"] = new JsonArray(),
            "lengthens a lease" => () => edition.Tier("high")["leaseMinutes"] = 60,
            "needs no checkout" => () => edition.Tier("high")["quorum"]!["recomputedDigest"] = false,
            "builds an own tier on another floor" => () => edition.Tier("weighty")["floor"] = "minimal",
            "asks for less above than below" => () =>
                edition.Tier("high")["quorum"]!["also"] = new JsonArray(),
            "asks one person outside the lowest tier" => () => edition.Tier("limited")["quorum"]!["elsewhere"] = 1,
            _ => throw new ArgumentOutOfRangeException(nameof(how), how, "no such way"),
        };
        act();
    }
}
