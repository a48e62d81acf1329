using Provost.Control.Governance;

namespace Provost.Control.Vendors;

/// <summary>Every no of this folder, with its stable code.</summary>
internal static class VendorErrors
{
    public const string NotedCode = "provost.vendors.noted";

    public static GovernanceFault NotByHand() => new(FaultKind.Forbidden, "provost.vendors.not_by_hand",
        "What answered is noted by the control plane from the log, by nobody else.", "Nothing is to be done.");

    public static GovernanceFault SeenBefore() => new(FaultKind.Conflict, "provost.vendors.seen",
        "This identity stands in the log already, or the release has as many as are kept.", "Nothing is to be done.");

    public static GovernanceFault MayNotNote() => new(FaultKind.Forbidden, "provost.vendors.may_not_note",
        "Notices and terms of providers are kept by who may pause every system: compliance and on-call.",
        "Ask a person with one of these roles.");

    public static GovernanceFault NotedBefore(VendorNoticeAdded body) => new(FaultKind.Conflict,
        NotedCode, $"The end of {body.Provider}/{body.Model} then stands already.",
        "Nothing is to be done; another date is another notice, and the earliest counts.");

    public static GovernanceFault NoSuchNotice() => new(FaultKind.NotFound, "provost.vendors.unknown",
        "There is no such notice in force.", "See provost vendors notice list.");

    public static GovernanceFault SecondPerson() => new(FaultKind.Forbidden, "provost.vendors.second_person",
        "A notice is withdrawn by the signature of compliance or an approver, not of who added it.",
        "Have somebody else sign.");

    public static GovernanceFault EmptyFeed() => new GovernanceFault(FaultKind.Invalid, "provost.vendors.feed",
        "The feed names no notice.",
        """Give {"notices":[{"provider":…,"model":…,"shutdown":…,"source":…}]}.""").At("notices");

    public static GovernanceFault BadFeed(int index, GovernanceFault fault) => fault with
    {
        Message = $"Notice {index + 1} of the feed: {fault.Message}",
    };
}
