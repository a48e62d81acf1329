using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Drills;

/// <summary>A page that is a drill goes out; written before the first try.</summary>
public sealed record DrillBegun : IGovernanceBody<DrillBegun>
{
    public static string Verb => "drill_begun";

    static JsonTypeInfo<DrillBegun> IGovernanceBody<DrillBegun>.Json => GovernanceJson.Default.DrillBegun;

    public required Guid Drill { get; init; }

    /// <summary>Person id: who is to be reached.</summary>
    public required string Person { get; init; }

    /// <summary>SHA-256 of the link's token, in hex.</summary>
    public required string Token { get; init; }
}

/// <summary>What the channels made of it.</summary>
public sealed record DrillTried : IGovernanceBody<DrillTried>
{
    public static string Verb => "drill_tried";

    static JsonTypeInfo<DrillTried> IGovernanceBody<DrillTried>.Json => GovernanceJson.Default.DrillTried;

    public required Guid Drill { get; init; }

    /// <summary>The channel's id; <c>none</c> where there is no way to the person.</summary>
    public required string Channel { get; init; }

    public required bool Delivered { get; init; }

    /// <summary>The far side's receipt, or why it was not delivered.</summary>
    public required string Said { get; init; }
}

/// <summary>The person pressed the button behind the link that was sent to them alone.</summary>
public sealed record DrillAnswered : IGovernanceBody<DrillAnswered>
{
    public static string Verb => "drill_answered";

    static JsonTypeInfo<DrillAnswered> IGovernanceBody<DrillAnswered>.Json => GovernanceJson.Default.DrillAnswered;

    public required Guid Drill { get; init; }

    /// <summary>The link's token, spent by this entry: its hash stood in the log before it was sent.</summary>
    public required string Token { get; init; }
}
