using Provost.Gateway.Snapshot;

namespace Provost.Gateway.Warrants;

/// <summary>Checks an exception where it is enforced: two persons of the roster signed exactly this content.</summary>
internal static class ExceptionCheck
{
    /// <summary>The verb of both acts.</summary>
    public const string Verb = "exception";

    /// <summary>What is wrong with it; null when it holds.</summary>
    public static string? Fault(SnapshotException exception, IReadOnlyList<SnapshotPerson> roster, string org)
    {
        var content = exception.Content;
        if (!content.IsWellFormed())
            return "it excepts nothing that can be excepted";

        if (content.Until > exception.From + ExceptionContent.Longest)
            return $"it lasts longer than {ExceptionContent.Longest.TotalHours} hours";

        return exception.Acts.Count != 2 || exception.Acts[0].Person == exception.Acts[1].Person
            ? "it is not signed by two persons"
            : new ActCheck(Verb, content.Id.ToString(), content.DigestOf()).Fault(exception.Acts, roster, org);
    }
}
