using System.Globalization;

namespace Provost.Cli.Output;

/// <summary>Instants as people type them: RFC 3339, or a date alone for its first instant, UTC.</summary>
internal static class Instants
{
    /// <summary>The instant as the server reads it.</summary>
    /// <param name="option">Whose value it is, as <c>--until</c>.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="orElse">What else the option takes, for the remedy.</param>
    /// <exception cref="CommandFault">It is no instant; the fault names the option.</exception>
    public static string Read(string option, string text, string orElse = "") => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var instant)
        ? Text(instant)
        : throw new CommandFault(
            $"{option}: '{text}' is no instant. Write {orElse}a date or an instant (UTC), as 2027-02-16 or "
            + "2027-02-16T09:00:00Z.", 2);

    /// <summary>RFC 3339 in UTC.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
