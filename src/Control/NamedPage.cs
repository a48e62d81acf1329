using Provost.Control.Governance;

namespace Provost.Control;

/// <summary>Which page of a list that is ordered already and whose items have a name of their own.</summary>
/// <param name="After">The cursor that the page before ended with: the name of its last item.</param>
/// <param name="Limit">Items a page, 1 to 1000; null for 50.</param>
internal sealed record NamedPage(string? After = null, int? Limit = null)
{
    /// <summary>The page. What these lists hold is settled and goes while somebody reads: a cursor whose item is gone
    /// is refused, for an empty page would say that nothing is left.</summary>
    public Answer<Listing<T>> Of<T>(IReadOnlyList<T> all, Func<T, bool> fits, Func<T, string> name)
    {
        var size = Math.Clamp(Limit ?? 50, 1, 1000);
        var left = all.Where(fits);
        if (After is { } after)
        {
            if (!all.Any(i => name(i) == after))
                return Gone();

            // what no longer fits the filter still says where the page before ended
            left = all.SkipWhile(i => name(i) != after).Skip(1).Where(fits);
        }

        var items = left.Take(size + 1).ToList();
        return items.Count <= size ? new Listing<T>(items) : new Listing<T>(items[..size], name(items[size - 1]));
    }

    private static GovernanceFault Gone() => new GovernanceFault(FaultKind.Conflict, "provost.list.cursor",
        "What the page before ended with is not in the list any more.", "Begin the list again, without after.")
        .At("after");

    /// <summary>A filter's word that no item can have is a slip of the hand: an empty list would say that all is well.
    /// </summary>
    /// <returns>The fault that names the filter and its words; null when the word is one of them or none is given.
    /// </returns>
    public static GovernanceFault? Unknown(string filter, string? word, IReadOnlyList<string> words) =>
        word is null || words.Contains(word)
            ? null
            : new GovernanceFault(FaultKind.Invalid, "provost.list.filter", $"{filter} is never {word}.",
                $"Give one of: {string.Join(", ", words)}.").At(filter);
}
