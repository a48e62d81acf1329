using System.Text.Json.Nodes;

namespace Provost.Gateway.Manifests;

/// <summary>
/// A governed system as its manifest declares it. <see cref="Owners"/> and <see cref="Escalation"/> take effect on
/// acceptance and are no part of the approved terms: read back from terms.json they are null and empty.
/// </summary>
public sealed record SystemDocument
{
    public required string Name { get; init; }

    public required string Unit { get; init; }

    /// <summary><c>model</c>, <c>llm</c>, <c>agent</c>, <c>vendor</c> or <c>chain</c>.</summary>
    public required string Kind { get; init; }

    public required string Purpose { get; init; }

    public required IReadOnlyList<string> Environments { get; init; }

    public SystemOwners? Owners { get; init; }

    public required SystemContacts Contacts { get; init; }

    /// <summary>In the order of <see cref="EscalationStep.After"/>.</summary>
    public required IReadOnlyList<EscalationStep> Escalation { get; init; }

    public required SystemIntake Intake { get; init; }

    public required IReadOnlyList<DataSource> DataSources { get; init; }

    /// <summary>Names of the systems that use its answers.</summary>
    public required IReadOnlyList<string> Downstream { get; init; }

    /// <summary>Dotted path into the request body to the person decided about.</summary>
    public string? SubjectPath { get; init; }

    /// <summary>Cohort name to dotted path into the request body.</summary>
    public required IReadOnlyDictionary<string, string> Cohorts { get; init; }

    public string? DataClassPath { get; init; }

    /// <summary>Actions in order.</summary>
    public required IReadOnlyList<string> Runbook { get; init; }

    public required SystemRetention Retention { get; init; }

    /// <summary><c>closed</c>, <c>fallback</c> or <c>open</c>.</summary>
    public required string FailMode { get; init; }

    /// <summary>terms.json: the canonical bytes that are approved.</summary>
    public required byte[] TermsJson { get; init; }

    /// <summary><c>sha256:…</c> of <see cref="TermsJson"/>.</summary>
    public required string TermsDigest { get; init; }

    /// <summary>Reads terms.json back; the bytes must be exactly what this build writes for them.</summary>
    /// <exception cref="ManifestException">The bytes are not terms that this build reads.</exception>
    public static SystemDocument ReadTerms(ReadOnlyMemory<byte> termsJson)
    {
        var root = CanonicalDocument.Read(termsJson, "terms.json", SystemSchema.TermsId, _ => SystemSchema.Terms);
        return From(root, owners: null, escalation: []);
    }

    internal static SystemDocument From(
        CanonicalDocument document, SystemOwners? owners, IReadOnlyList<EscalationStep> escalation)
    {
        var spec = document.Spec;
        var contacts = spec.Member("contacts");
        var intake = spec.Member("intake");
        var retention = spec.Member("retention");
        return new SystemDocument
        {
            Name = document.Root.Text("system"),
            Unit = document.Root.Text("unit"),
            Kind = spec.Text("kind"),
            Purpose = spec.Text("purpose"),
            Environments = spec.Texts("environments"),
            Owners = owners,
            Contacts = new SystemContacts(
                contacts.OptionalText("security"), contacts.OptionalText("compliance"), contacts.OptionalText("data")),
            Escalation = escalation,
            Intake = new SystemIntake
            {
                Population = intake.Text("population"),
                Exposure = new Money(intake.Member("exposure").Decimal("amount"),
                    intake.Member("exposure").Text("currency")),
                DataClasses = intake.Texts("dataClasses"),
                Autonomy = intake.Text("autonomy"),
                AnnexIII = intake.Text("annexIII"),
                Practices = intake.Texts("practices"),
            },
            DataSources = [.. spec.Objects("dataSources").Select(s => new DataSource(s.Text("name"), s.Text("class")))],
            Downstream = [.. spec.Objects("downstream").Select(s => s.Text("system"))],
            SubjectPath = spec.OptionalText("subject"),
            Cohorts = spec.Member("cohorts").ToDictionary(c => c.Key, c => c.Value!.GetValue<string>()),
            DataClassPath = spec.OptionalText("dataClass"),
            Runbook = [.. spec.Objects("runbook").Select(s => s.Text("action"))],
            Retention = new SystemRetention(
                retention.Text("class"), Span.Parse(retention.Text("keep")), retention.Text("capture"))
            {
                Jurisdictions = retention.ContainsKey("jurisdictions") ? retention.Texts("jurisdictions") : [],
            },
            FailMode = spec.Text("failMode"),
            TermsJson = document.Bytes,
            TermsDigest = document.Digest,
        };
    }

    internal static SystemOwners OwnersFrom(JsonObject owners) =>
        new(owners.Text("business"), owners.Text("technical"), owners.OptionalText("deputy"));

    internal static IReadOnlyList<EscalationStep> EscalationFrom(JsonObject spec, SystemOwners owners)
    {
        if (spec.ContainsKey("escalation"))
        {
            return [.. spec.Objects("escalation").Select(step =>
                new EscalationStep(step.Text("role"), TimeSpan.FromMilliseconds(step.Integer("after"))))];
        }

        var steps = new List<EscalationStep> { new("technical", TimeSpan.Zero) };
        if (owners.Deputy is not null)
        {
            steps.Add(new EscalationStep("deputy", TimeSpan.FromMinutes(10)));
        }

        steps.Add(new EscalationStep("business", TimeSpan.FromMinutes(20)));
        return steps;
    }
}

/// <summary>Mail addresses; the roster knows the persons behind them.</summary>
public sealed record SystemOwners(string Business, string Technical, string? Deputy);

public sealed record SystemContacts(string? Security, string? Compliance, string? Data);

/// <param name="Role"><c>technical</c>, <c>deputy</c> or <c>business</c>.</param>
/// <param name="After">Counted from the breach.</param>
public sealed record EscalationStep(string Role, TimeSpan After);

/// <summary>The answers that set the risk tier.</summary>
public sealed record SystemIntake
{
    public required string Population { get; init; }

    public required Money Exposure { get; init; }

    public required IReadOnlyList<string> DataClasses { get; init; }

    /// <summary><c>answers</c>, <c>recommends</c>, <c>decides</c> or <c>acts</c>.</summary>
    public required string Autonomy { get; init; }

    /// <summary>An area of Annex III as the taxonomy names it, or <c>none</c>.</summary>
    public required string AnnexIII { get; init; }

    /// <summary>Forbidden practices that the author says it takes part in; normally none.</summary>
    public required IReadOnlyList<string> Practices { get; init; }
}

/// <param name="Currency">ISO 4217, three letters.</param>
public sealed record Money(decimal Amount, string Currency);

public sealed record DataSource(string Name, string Class);

/// <param name="Capture"><c>full</c>, <c>redacted</c> or <c>digest</c>.</param>
public sealed record SystemRetention(string Class, Span Keep, string Capture)
{
    /// <summary>Places whose law sets a least term; empty where none is named.</summary>
    public IReadOnlyList<string> Jurisdictions { get; init; } = [];
}
