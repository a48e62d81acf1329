using System.Text;

namespace Provost.Gateway.Manifests;

public enum WordPieceKind
{
    Same,
    Removed,
    Added,
}

/// <summary>A run of words of one kind. Same and removed runs join to the old text, same and added to the
/// new.</summary>
public sealed record WordPiece(WordPieceKind Kind, string Text);

/// <summary>
/// The difference of two texts by words: a longest common subsequence over words and the spaces between them, after the
/// common beginning and end are set aside.
/// </summary>
internal static class WordDiff
{
    /// <summary>Beyond this table the middle is shown as replaced as a whole.</summary>
    private const long MaxCells = 4_000_000;

    public static IReadOnlyList<WordPiece> Between(string before, string after)
    {
        var old = Words(before);
        var now = Words(after);
        var head = 0;
        while (head < Math.Min(old.Count, now.Count) && old[head] == now[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < Math.Min(old.Count, now.Count) - head && old[^(tail + 1)] == now[^(tail + 1)])
        {
            tail++;
        }

        var pieces = new Pieces();
        pieces.Add(WordPieceKind.Same, old.Take(head));
        Middle(old.GetRange(head, old.Count - head - tail), now.GetRange(head, now.Count - head - tail), pieces);
        pieces.Add(WordPieceKind.Same, old.Skip(old.Count - tail));
        return pieces.Finish();
    }

    private static void Middle(List<string> old, List<string> now, Pieces pieces)
    {
        if ((long)old.Count * now.Count > MaxCells)
        {
            pieces.Add(WordPieceKind.Removed, old);
            pieces.Add(WordPieceKind.Added, now);
            return;
        }

        // longest[i, j]: longest common subsequence of what follows word i of the old and word j of the new text.
        var longest = new int[old.Count + 1, now.Count + 1];
        for (var i = old.Count - 1; i >= 0; i--)
        {
            for (var j = now.Count - 1; j >= 0; j--)
            {
                longest[i, j] = old[i] == now[j]
                    ? longest[i + 1, j + 1] + 1
                    : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        var (a, b) = (0, 0);
        while (a < old.Count && b < now.Count)
        {
            if (old[a] == now[b])
            {
                pieces.Add(WordPieceKind.Same, [old[a]]);
                (a, b) = (a + 1, b + 1);
            }
            else if (longest[a + 1, b] >= longest[a, b + 1])
            {
                pieces.Add(WordPieceKind.Removed, [old[a++]]);
            }
            else
            {
                pieces.Add(WordPieceKind.Added, [now[b++]]);
            }
        }

        pieces.Add(WordPieceKind.Removed, old.Skip(a));
        pieces.Add(WordPieceKind.Added, now.Skip(b));
    }

    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || IsWord(text[i]) != IsWord(text[i - 1]) || !IsWord(text[i]))
            {
                words.Add(text[start..i]);
                start = i;
            }
        }

        return words;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    private sealed class Pieces
    {
        private readonly List<WordPiece> _done = [];
        private readonly StringBuilder _text = new();
        private WordPieceKind _kind;

        public void Add(WordPieceKind kind, IEnumerable<string> words)
        {
            foreach (var word in words)
            {
                if (kind != _kind)
                {
                    Close();
                    _kind = kind;
                }

                _text.Append(word);
            }
        }

        public IReadOnlyList<WordPiece> Finish()
        {
            Close();
            return _done;
        }

        private void Close()
        {
            if (_text.Length > 0)
            {
                _done.Add(new WordPiece(_kind, _text.ToString()));
                _text.Clear();
            }
        }
    }
}
