using System.Globalization;
using System.Text;
using Provost.Control.Incidents;
using Provost.Control.Notices;
using Provost.Control.Vendors;

namespace Provost.Control.Response;

/// <summary>
/// What a page says: what, since when, the value against its threshold, what was already done, and where to act.
/// Made from counts and names of systems alone: no content of a decision and nobody's data stands in it.
/// </summary>
public sealed record PageMessage
{
    /// <summary>Same for every attempt and channel: the far side can drop repetitions by it.</summary>
    public required Guid Page { get; init; }

    /// <summary>Null in a notice.</summary>
    public Guid? Incident { get; init; }

    public required PagePurpose Purpose { get; init; }

    public required string System { get; init; }

    public required string Environment { get; init; }

    /// <summary>Why this person: their role for the system.</summary>
    public required string Role { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required IReadOnlyList<PageFinding> Findings { get; init; }

    /// <summary>One line per action, with what was confirmed.</summary>
    public required IReadOnlyList<string> Done { get; init; }

    public required Uri SystemLink { get; init; }

    /// <summary>Null in a notice.</summary>
    public Uri? IncidentLink { get; init; }

    /// <summary>Takes the incident, or answers the drill; a secret of this page. Null in a notice.</summary>
    public Uri? AcknowledgeLink { get; init; }

    /// <summary>What a notice or a drill says; null in a page of an incident.</summary>
    public NoticeWords? Notice { get; init; }

    public string Title => Notice is { } notice ? notice.Title
        : Purpose == PagePurpose.Recovery ? $"{System} ({Environment}) has recovered"
        : $"{System} ({Environment}): {string.Join("; ", Headlines())}";

    /// <summary>The page as plain text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(Title);
        if (Notice is { } drill && Purpose == PagePurpose.Drill)
        {
            return text.Append("\n\n").AppendJoin('\n', drill.Lines)
                .Append("\n\nI am reached: ").Append(AcknowledgeLink?.AbsoluteUri).Append('\n').ToString();
        }

        if (Notice is { } notice)
        {
            return text.Append("\n\nYou are told as ").Append(Role).Append(" owner of this system.\n\n")
                .AppendJoin('\n', notice.Lines).Append("\n\nSystem:   ").Append(SystemLink.AbsoluteUri).Append('\n')
                .ToString();
        }

        text.Append("\n\nSince ").Append(Since.UtcDateTime.ToString("u", CultureInfo.InvariantCulture));
        text.Append(". You are paged as ").Append(Role).Append(" owner of this system.\n\n");
        foreach (var finding in Findings)
        {
            text.Append("- ").Append(finding.Name).Append(": ");
            if (finding.IsMeasured)
            {
                text.Append(CultureInfo.InvariantCulture, $"{finding.Value} against {finding.Limit}, ")
                    .Append(CultureInfo.InvariantCulture, $"over {finding.Rows} rows. ");
            }

            text.Append(finding.Evidence).Append(".\n");
        }

        text.Append("\nDone so far:\n");
        foreach (var line in Done.DefaultIfEmpty("nothing yet"))
        {
            text.Append("- ").Append(line).Append('\n');
        }

        return text
            .Append("\nTake it:  ").Append(AcknowledgeLink?.AbsoluteUri)
            .Append("\nIncident: ").Append(IncidentLink?.AbsoluteUri)
            .Append("\nSystem:   ").Append(SystemLink.AbsoluteUri).Append('\n')
            .ToString();
    }

    internal static PageMessage Of(Incident incident, Guid page, Duty.Call call, string token, Uri console) => new()
    {
        Page = page,
        Incident = incident.Id,
        Purpose = call.Purpose,
        System = incident.System,
        Environment = incident.Environment,
        Role = call.Target.Role,
        Since = incident.Breaches.Min(b => b.Since),
        Findings = [.. incident.Breaches.Select(b => new PageFinding(
            NameOf(b), b.Value, b.Limit, b.Rows, b.Evidence)
        {
            IsMeasured = b.Signal != ServedWatch.Signal,
        })],
        Done = [.. incident.Actions.Select(Describe)],
        SystemLink = new Uri(console, $"/systems/{Uri.EscapeDataString(incident.System)}"),
        IncidentLink = new Uri(console, $"/incidents/{incident.Id}"),
        AcknowledgeLink = new Uri(console, $"/ack/{token}"),
    };

    internal static PageMessage Of(DueNotice due, Notice notice, Uri console) => new()
    {
        Page = notice.Id,
        Purpose = PagePurpose.Notice,
        System = due.Key.System,
        Environment = due.Key.Environment,
        Role = notice.Is.Role,
        Since = notice.At,
        Findings = [],
        Done = [],
        Notice = new NoticeWords(due.Title, due.Lines),
        SystemLink = new Uri(console, $"/systems/{Uri.EscapeDataString(due.Key.System)}"),
    };

    private static string NameOf(BreachNote breach) => breach.Signal == ServedWatch.Signal
        ? $"another model than approved ({breach.Feature})"
        : breach.Feature is null ? breach.Signal : $"{breach.Signal} of {breach.Feature}";

    private IEnumerable<string> Headlines()
    {
        var measured = Findings.Where(f => f.IsMeasured).Select(f => f.Name).ToList();
        if (measured.Count > 0)
            yield return $"{string.Join(", ", measured)} over the approved limit";

        foreach (var finding in Findings.Where(f => !f.IsMeasured))
            yield return finding.Name;
    }

    private static string Describe(IncidentEvent.ActionTaken taken) => taken.Outcome switch
    {
        ActionOutcome.Confirmed =>
            $"{taken.Action}: {taken.Reason}; confirmed by {string.Join(", ", taken.Confirmed)}",
        ActionOutcome.Unconfirmed =>
            $"{taken.Action}: {taken.Reason}; NOT confirmed by {string.Join(", ", taken.Unconfirmed)}",
        ActionOutcome.Failed => $"{taken.Action} FAILED: {taken.Reason}",
        _ => $"no {taken.Action}: {taken.Reason}",
    };
}

/// <param name="Evidence">In words, what moved most.</param>
public sealed record PageFinding(string Name, decimal Value, decimal Limit, long Rows, string Evidence)
{
    /// <summary>Whether value, limit and rows say anything: what is no measurement has only words.</summary>
    public bool IsMeasured { get; init; } = true;
}

/// <summary>What a notice says: a line, and what to do about it.</summary>
public sealed record NoticeWords(string Title, IReadOnlyList<string> Lines);
