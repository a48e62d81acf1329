using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Notices;

/// <summary>A person is to be told of a date that nears; written before the first try, so that each is told
/// once.</summary>
public sealed record NoticeBegun : IGovernanceBody<NoticeBegun>
{
    public static string Verb => "notice_begun";

    static JsonTypeInfo<NoticeBegun> IGovernanceBody<NoticeBegun>.Json => GovernanceJson.Default.NoticeBegun;

    public required Guid Notice { get; init; }

    /// <summary>What nears: a word, as <c>warrant_ends</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about: a warrant's id.</summary>
    public required string About { get; init; }

    /// <summary>Which of its steps: days before the date.</summary>
    public required int Days { get; init; }

    public required string System { get; init; }
    public required string Environment { get; init; }

    /// <summary>Person id.</summary>
    public required string Person { get; init; }

    /// <summary>Why this person: <c>business</c>, <c>technical</c> or <c>deputy</c>.</summary>
    public required string Role { get; init; }
}

/// <summary>What a channel made of a notice.</summary>
public sealed record NoticeTried : IGovernanceBody<NoticeTried>
{
    public static string Verb => "notice_tried";

    static JsonTypeInfo<NoticeTried> IGovernanceBody<NoticeTried>.Json => GovernanceJson.Default.NoticeTried;

    public required Guid Notice { get; init; }

    /// <summary>The channel's id; <c>none</c> where there is no way to the person.</summary>
    public required string Channel { get; init; }

    public required bool Delivered { get; init; }

    /// <summary>The far side's receipt, or why it was not delivered.</summary>
    public required string Said { get; init; }
}
