using System.Collections;

namespace Provost.Control.Governance;

/// <summary>
/// A list whose readers keep the length they saw while one writer goes on appending: no copy per entry.
/// </summary>
internal sealed class AppendOnly<T>(List<T> items, int count) : IReadOnlyList<T>
{
    private readonly List<T> _items = items;

    public int Count { get; } = count;

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            lock (_items)
                return _items[index];
        }
    }

    /// <summary>The list with one more; only the writer calls it, on the newest list.</summary>
    public AppendOnly<T> With(T item)
    {
        lock (_items)
            _items.Add(item);

        return new AppendOnly<T>(_items, Count + 1);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
