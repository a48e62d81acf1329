namespace Provost.Control;

/// <summary>Which page of a list that is ordered already and whose items have a name of their own.</summary>
/// <param name="After">The cursor that the page before ended with: the name of its last item.</param>
/// <param name="Limit">Items a page, 1 to 1000; null for 50.</param>
internal sealed record NamedPage(string? After = null, int? Limit = null)
{
    /// <summary>The page; empty when the cursor names nothing.</summary>
    public Listing<T> Of<T>(IReadOnlyList<T> all, Func<T, bool> fits, Func<T, string> name)
    {
        var size = Math.Clamp(Limit ?? 50, 1, 1000);
        var left = all.Where(fits);
        if (After is { } after)
            left = left.SkipWhile(i => name(i) != after).Skip(1);

        var items = left.Take(size + 1).ToList();
        return items.Count <= size ? new Listing<T>(items) : new Listing<T>(items[..size], name(items[size - 1]));
    }
}
