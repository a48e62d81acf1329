using Provost.Gateway.Manifests;

namespace Provost.Control.Intake;

/// <summary>
/// The answers of a System document that decide its tier, as its entry in the log holds them: so that the fold decides
/// the tier for itself, under this edition of the taxonomy and every later one.
/// </summary>
public sealed record IntakeFacts
{
    /// <summary>One of <see cref="Taxonomy.Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Money at stake in the worst case, as <c>50000 USD</c>.</summary>
    public required string Exposure { get; init; }

    public required IReadOnlyList<string> DataClasses { get; init; }

    /// <summary><c>answers</c>, <c>recommends</c>, <c>decides</c> or <c>acts</c>.</summary>
    public required string Autonomy { get; init; }

    /// <summary>An area of Annex III, or <c>none</c>.</summary>
    public required string AnnexIII { get; init; }

    public required IReadOnlyList<string> Practices { get; init; }

    /// <summary><c>closed</c>, <c>fallback</c> or <c>open</c>.</summary>
    public required string FailMode { get; init; }

    /// <summary>A span: how long records stay.</summary>
    public required string Keep { get; init; }

    /// <summary>Who is named beside the two owners: of <c>deputy</c>, <c>security</c>, <c>compliance</c>,
    /// <c>data</c>.</summary>
    public required IReadOnlyList<string> Offices { get; init; }

    /// <summary>What a document answers.</summary>
    public static IntakeFacts Of(SystemDocument system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var named = new (string Office, string? Mail)[]
        {
            ("deputy", system.Owners?.Deputy), ("security", system.Contacts.Security),
            ("compliance", system.Contacts.Compliance), ("data", system.Contacts.Data),
        };
        var money = system.Intake.Exposure;
        return new IntakeFacts
        {
            Kind = system.Kind,
            Exposure = FormattableString.Invariant($"{money.Amount} {money.Currency}"),
            DataClasses = system.Intake.DataClasses,
            Autonomy = system.Intake.Autonomy,
            AnnexIII = system.Intake.AnnexIII,
            Practices = system.Intake.Practices,
            FailMode = system.FailMode,
            Keep = system.Retention.Keep.ToString(),
            Offices = [.. named.Where(o => o.Mail is not null).Select(o => o.Office)],
        };
    }

    /// <summary>Amount and currency; null where they cannot be read.</summary>
    internal Money? Money() => Exposure.Split(' ') is [var amount, var currency]
        && decimal.TryParse(
            amount, System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? new Money(number, currency)
            : null;
}
