using Provost.Control.Response.Channels;
using Provost.Control.Response.Channels.Smtp;

namespace Provost.Control.Anchors;

/// <summary>One place outside that keeps checkpoints, as the platform's settings name it.</summary>
/// <param name="Kind"><c>folder</c> or <c>mail</c>.</param>
/// <param name="Path">Folder: absolute, outside the data folder.</param>
/// <param name="Channel">Mail: the name of an <c>smtp</c> channel of these settings.</param>
/// <param name="To">Mail: the mailbox.</param>
/// <param name="EveryMinutes">How often, while the log grows.</param>
/// <value>Default of <paramref name="EveryMinutes"/>: 60 for a folder, 1440 for mail.</value>
public sealed record AnchorSettings(
    string Kind, string? Path = null, string? Channel = null, string? To = null, int? EveryMinutes = null)
{
    private const int FolderMinutes = 60;
    private const int MailMinutes = 1440;

    /// <summary>How often, while the log grows.</summary>
    public TimeSpan Every => TimeSpan.FromMinutes(EveryMinutes ?? (Kind == "folder" ? FolderMinutes : MailMinutes));

    /// <summary>What is wrong with it, naming the field and the remedy; null when nothing is.</summary>
    /// <param name="name">Of the anchor.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="kindOfChannel">Kind of a channel by name; null where there is none.</param>
    public string? Fault(string name, string data, Func<string, string?> kindOfChannel)
    {
        ArgumentNullException.ThrowIfNull(kindOfChannel);
        var field = $"anchors.{name}";
        if (EveryMinutes is < 1 or > 10_080)
            return $"{field}.everyMinutes: 1 to 10080.";

        return Kind switch
        {
            "folder" when Path is null || !System.IO.Path.IsPathRooted(Path) =>
                $"{field}.path: an absolute path of a folder that is there, on a disk of somebody else.",
            "folder" when IsWithin(Path, data) =>
                $"{field}.path: lies in the data folder, where it is restored with it. Name one elsewhere.",
            "folder" => null,
            "mail" when To is null || !MailText.IsAddress(To) => $"{field}.to: a mail address.",
            "mail" when Channel is null || kindOfChannel(Channel) != "smtp" =>
                $"{field}.channel: the name of a channel of kind smtp in these settings.",
            "mail" => null,
            _ => $"{field}.kind: there is no anchor {Kind}; known: folder, mail.",
        };
    }

    /// <summary>The anchor of settings without fault.</summary>
    /// <param name="channel">The mail channel of that name, made.</param>
    public IAnchor Create(Func<string, IAlertChannel> channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Kind == "folder" ? new FolderAnchor(Path!) : new MailAnchor((SmtpChannel)channel(Channel!), To!);
    }

    private static bool IsWithin(string path, string data) =>
        (System.IO.Path.GetFullPath(path) + "/").StartsWith(
            System.IO.Path.GetFullPath(data).TrimEnd('/') + "/", StringComparison.Ordinal);
}
