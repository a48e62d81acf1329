using System.Text.Json;
using Provost.Gateway.Envelopes;
using Provost.Gateway.Manifests;
using Provost.Gateway.Snapshot;
using Provost.Gateway.Tests.Manifests;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;
using static Provost.Gateway.Tests.Envelopes.EnvelopeSamples;

namespace Provost.Gateway.Tests.Envelopes;

/// <summary>What a gateway makes of warrants without approvals, whoever signed them.</summary>
public sealed class VariantCheckTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly ReleaseDocument _origin = Read(Origin);
    private readonly ReleaseDocument _variant;

    public VariantCheckTests() => _variant = Read(
        Child(Origin.Replace("temperature: 0.2", "temperature: 0.3"), _origin.Digest));

    private WarrantPredicate Approved => new()
    {
        Id = Guid.Parse("019fa5ac-0a3e-7c70-bd2f-000000000001"),
        Org = "acme",
        Environment = "production",
        System = "refund-assistant",
        Release = _origin.Digest,
        Terms = Digest.Of("terms"u8),
        Purpose = "Refunds.",
        Population = "Consumers",
        Tier = "limited",
        Taxonomy = 1,
        Approvals = [JsonElement.Parse("{}")],
        Thresholds = _origin.Spec.ThresholdsJson,
        Fallback = _origin.Spec.FallbackJson,
        Owners = new WarrantOwners("dana", "sam", null),
        NotBefore = Noon,
        NotAfter = Noon.AddDays(90),
        Envelope = _origin.Spec.EnvelopeJson,
    };

    private WarrantPredicate Honest => Approved with
    {
        Id = Guid.Parse("019fa5ac-0a3e-7c70-bd2f-000000000002"),
        Release = _variant.Digest,
        Approvals = [],
        Envelope = null,
        NotBefore = Noon.AddHours(1),
        NotAfter = Noon.AddDays(7),
        Variant = new WarrantVariant
        {
            Warrant = Approved.Id,
            Origin = _origin.Digest,
            Test = Guid.Empty,
            Evidence = Digest.Of("evidence"u8),
            Measures = [new VariantMeasure("correct", "0.95", "0.92")],
            Changes = VariantComparison.Between(_origin, Files(), _variant, Files()).Changes,
            By = "mia",
            Number = 1,
        },
    };

    [Fact]
    public void An_honest_variant_stands()
    {
        Assert.Null(VariantCheck.Fault(Honest, Approved));
        Assert.Null(VariantCheck.Fault(Honest.Variant!, Carried(_origin), Carried(_variant)));
    }

    [Fact]
    public void Whatever_else_a_warrant_says_it_is_no_variant()
    {
        var hot = Honest.Variant!.Changes[0] with { After = "0.9" };
        foreach (var (forge, says) in new (Func<WarrantPredicate, WarrantPredicate>, string)[]
        {
            (w => w with { Approvals = Approved.Approvals }, "no variant of the warrant"),
            (w => w with { Envelope = Approved.Envelope }, "no variant of the warrant"),
            (w => w with { Late = true }, "no variant of the warrant"),
            (w => Says(w, v => v with { Warrant = Guid.Empty }), "no variant of the warrant"),
            (w => Says(w, v => v with { Origin = _variant.Digest }), "no variant of the warrant"),
            (w => w with { System = "loans" }, "something else"),
            (w => w with { Environment = "staging" }, "something else"),
            (w => w with { Tier = "minimal" }, "something else"),
            (w => w with { Terms = Digest.Of("other"u8) }, "something else"),
            (w => w with { Purpose = "Marketing." }, "something else"),
            (w => w with { Conditions = [new ApprovalCondition("none")] }, "something else"),
            (w => w with { Thresholds = JsonElement.Parse("{}") }, "something else"),
            (w => w with { Fallback = null }, "something else"),
            (w => w with { NotAfter = w.NotBefore.AddDays(8) }, "lasts longer"),
            (w => w with { NotBefore = Noon.AddDays(-1) }, "lasts longer"),
            (w => w with
            {
                NotBefore = new(2027, 3, 31, 23, 0, 0, TimeSpan.Zero),
                NotAfter = new(2027, 4, 1, 1, 0, 0, TimeSpan.Zero),
            }, "lasts longer"),
            (w => Says(w, v => v with { Number = 21 }), "21 of its day"),
            (w => Says(w, v => v with { Number = 0 }), "0 of its day"),
            (w => Says(w, v => v with { Changes = [hot] }), "temperature is 0.9"),
            (w => Says(w, v => v with { Changes = [hot with { Part = "tools" }] }), "not among the parts"),
            (w => Says(w, v => v with { Changes = [hot with { After = "{" }] }), "cannot be read"),
            (w => Says(w, v => v with { Measures = [] }), "correct is not proven"),
            (w => Says(w, v => v with { Measures = [new("correct", "0.9", "0.92")] }), "correct is 0.9"),
            (w => Says(w, v => v with { Measures = [new("correct", "9e9", "0.92")] }), "correct is 9e9"),
            (w => Says(w, v => v with { Evidence = "none" }), "names no evidence"),
        })
        {
            Assert.Contains(says, VariantCheck.Fault(forge(Honest), Approved));
        }

        Assert.Contains("has no envelope", VariantCheck.Fault(Honest, Approved with { Envelope = null }));
        Assert.Contains("has no envelope", VariantCheck.Fault(Honest, Approved with { Variant = Honest.Variant }));
    }

    [Fact]
    public void The_documents_have_the_last_word()
    {
        var says = Honest.Variant!;
        Assert.Contains("differs otherwise", VariantCheck.Fault(
            says with { Changes = [] }, Carried(_origin), Carried(_variant)));
        var other = Read(Child(Origin.Replace("rate: 0.05", "rate: 0.5"), _origin.Digest));
        Assert.Contains("rate differs", VariantCheck.Fault(
            says with { Changes = [] }, Carried(_origin), Carried(other)));
        Assert.Contains("another one", VariantCheck.Fault(
            says, Carried(_origin), Carried(_variant) with { Digest = other.Digest }));
        Assert.Contains("cannot be compared", VariantCheck.Fault(
            says, Carried(_origin), Carried(_variant) with { Files = new Dictionary<string, string>() }));
    }

    private static WarrantPredicate Says(WarrantPredicate warrant, Func<WarrantVariant, WarrantVariant> alter) =>
        warrant with { Variant = alter(warrant.Variant!) };

    private static SnapshotRelease Carried(ReleaseDocument release) => new(
        release.Digest, Convert.ToBase64String(release.ReleaseJson),
        ManifestSamples.Files().ToDictionary(f => f.Key, f => Convert.ToBase64String(f.Value)));
}
