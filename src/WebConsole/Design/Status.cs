namespace Provost.WebConsole.Design;

/// <summary>The status words of the console; each has one shape, one word and one colour.</summary>
public enum Status
{
    Ok,
    Breach,
    Unproven,
    Ungoverned,
    Allowed,
    Redacted,
    Blocked,
    Fallback,
    Paused,
    Proved,
    Declared,
    Approve,
    Owner,
    Held,
    Unknown,
    Pass,
    Failed,
    Serving,
    Approved,
    Waiting,
    Rejected,
    Ended,
    Refused,
    Killed,
    Drill,
    Exception,
    Skipped,
    Retired,
    Experimental,
}

/// <summary>What a status looks like: symbol, class and the word in capitals.</summary>
internal sealed record StatusLook(string Icon, string Class, string Word)
{
    public static StatusLook Of(Status status) => status switch
    {
        Status.Ok => new("ok", "st-ok", "OK"),
        Status.Breach => new("bad", "st-bad", "BREACH"),
        Status.Unproven => new("doubt", "st-doubt", "UNPROVEN"),
        Status.Ungoverned => new("free", "free", "UNGOVERNED"),
        Status.Allowed => new("check", "", "ALLOWED"),
        Status.Redacted => new("cut", "st-doubt", "REDACTED"),
        Status.Blocked => new("block", "st-bad", "BLOCKED"),
        Status.Fallback => new("back", "st-doubt", "FALLBACK"),
        Status.Paused => new("hold", "st-bad", "PAUSED"),
        Status.Proved => new("check", "st-ok", "PROVED"),
        Status.Declared => new("declared", "st-note", "DECLARED"),
        Status.Approve => new("mark", "st-note", "APPROVE"),
        Status.Owner => new("no", "st-bad", "OWNER"),
        Status.Held => new("hold", "st-note", "HELD"),
        Status.Unknown => new("doubt", "st-doubt", "UNKNOWN"),
        Status.Pass => new("check", "st-ok", "PASS"),
        Status.Failed => new("no", "st-bad", "FAILED"),
        Status.Serving => new("ok", "st-ok", "SERVING"),
        Status.Approved => new("mark", "st-ok", "APPROVED"),
        Status.Experimental => new("declared", "st-doubt", "EXPERIMENTAL"),
        Status.Waiting => new("mark", "st-note", "WAITING"),
        Status.Rejected => new("no", "st-bad", "REJECTED"),
        Status.Ended => new("no", "", "ENDED"),
        Status.Refused => new("block", "st-bad", "REFUSED"),
        Status.Killed => new("no", "st-bad", "KILLED"),
        Status.Drill => new("declared", "st-doubt", "DRILL"),
        Status.Exception => new("free", "st-bad", "EXCEPTION"),
        Status.Retired => new("no", "", "RETIRED"),
        Status.Skipped => new("declared", "", "SKIPPED"),
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
