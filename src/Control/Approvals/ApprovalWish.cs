using System.Globalization;
using Provost.Control.Governance;
using Provost.Gateway.Warrants;

namespace Provost.Control.Approvals;

/// <summary>What an approver adds to the statement that the server makes.</summary>
/// <param name="DigestFrom">Where the signer has the digest from: a word of <see cref="DigestOrigin"/>.</param>
/// <param name="Conditions">What the sign-off is tied to.</param>
public sealed record ApprovalWish(string DigestFrom, IReadOnlyList<ApprovalCondition> Conditions)
{
    /// <summary>Most conditions of one approval.</summary>
    public const int MostConditions = 8;

    /// <summary>The wish as an address carries it.</summary>
    /// <param name="digestFrom">Null for <see cref="DigestOrigin.Server"/>.</param>
    /// <param name="conditions">The texts.</param>
    /// <param name="until">The end of all of them, RFC 3339 (without a zone UTC); null for none.</param>
    /// <param name="now">Ends must lie behind it.</param>
    public static Answer<ApprovalWish> Read(
        string? digestFrom, IReadOnlyList<string> conditions, string? until, DateTimeOffset now)
    {
        DateTimeOffset? end = null;
        if (!string.IsNullOrEmpty(until))
        {
            if (conditions.Count == 0)
                return ApprovalErrors.UntilAlone();

            if (!DateTimeOffset.TryParse(
                until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var instant))
            {
                return ApprovalErrors.ConditionOver();
            }

            end = InstantConverter.Whole(instant);
        }

        var wish = new ApprovalWish(
            digestFrom ?? DigestOrigin.Server, [.. conditions.Select(text => new ApprovalCondition(text, end))]);
        if (!DigestOrigin.IsKnown(wish.DigestFrom))
            return ApprovalErrors.UnknownOrigin();

        return Fault(wish.Conditions, now) is { } fault ? fault : wish;
    }

    /// <summary>What is wrong with conditions at an instant; null when nothing is.</summary>
    internal static GovernanceFault? Fault(IReadOnlyList<ApprovalCondition> conditions, DateTimeOffset at)
    {
        if (conditions.Count > MostConditions)
            return ApprovalErrors.TooManyConditions();

        return conditions.Select(c => PlainWords.Check(c.Text, "condition")
                ?? (c.Until <= at ? ApprovalErrors.ConditionOver() : null))
            .FirstOrDefault(fault => fault is not null);
    }
}
