using System.Buffers;

namespace Provost.Patterns.Streaming;

/// <summary>
/// Redacts a text that arrives in pieces, by deciding each position once. A position is decided when no rule can still
/// begin a match there that the bytes so far leave open; only then is it released, replaced, or the text blocked. The
/// decision reads the text alone and never where the pieces were cut. Hence, for every text T and every cutting:
/// <list type="bullet">
/// <item>what was released is at every time a prefix of redact(T), and at the end redact(T) itself;</item>
/// <item>no byte of a match with effect <see cref="PatternEffect.Redact"/> or <see cref="PatternEffect.Block"/> is ever
/// released, also when the stream is cut;</item>
/// <item>at most <see cref="PatternSet.Longest"/> bytes, and those of one unfinished code point, are held.</item>
/// </list>
/// Matches that overlap become one placeholder: that of the first rule of the set among them. For one text and one
/// thread at a time; <see cref="Reset"/> makes it ready for the next.
/// </summary>
public sealed class HoldBack(RedactionPlan plan)
{
    /// <summary>Bytes before the undecided ones that a rule may look back at.</summary>
    private const int Context = 16;

    private const int Least = 1024;

    /// <summary>A larger buffer than this is not kept for the next text.</summary>
    private const int MostKept = 64 * 1024;

    private const int NoLabel = int.MaxValue;

    private readonly PatternSet _patterns = plan.Patterns;
    private readonly List<Finding> _found = [];
    private readonly int[] _counts = new int[plan.Patterns.Rules.Count];
    private readonly int[] _countedTo = new int[plan.Patterns.Rules.Count];
    private readonly List<int> _live = [];
    private readonly RegionRun[] _regions = new RegionRun[plan.Patterns.Rules.Count];
    private byte[] _buffer = new byte[Least];
    private int _length;
    private int _at;
    private bool _isUsed;
    private bool _entered;
    private bool _regionCovers;
    private int _coverUntil;
    private int _label = NoLabel;

    /// <summary>Whether the text ended at a finding or at a region beyond its cap: nothing more goes out.</summary>
    public bool Blocked => BlockedBy >= 0;

    /// <summary>Index of the rule that ended the text, or -1.</summary>
    public int BlockedBy { get; private set; } = -1;

    /// <summary>Findings so far by rule; matches of one rule that overlap count as one.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>Bytes taken and neither released nor replaced.</summary>
    public int Held => _length - _at;

    /// <summary>Forgets the text and everything found in it.</summary>
    public void Reset()
    {
        if (!_isUsed)
        {
            return;
        }

        _isUsed = false;
        if (_buffer.Length > MostKept)
        {
            _buffer = new byte[Least];
        }

        _found.Clear();
        Array.Clear(_counts);
        Array.Clear(_countedTo);
        Array.Clear(_regions);
        (_length, _at, _coverUntil) = (0, 0, 0);
        _live.Clear();
        (_entered, _regionCovers) = (false, false);
        _label = NoLabel;
        BlockedBy = -1;
    }

    /// <summary>Takes the next piece of the text and writes what may go out.</summary>
    /// <param name="utf8">The piece; it may end inside a code point and need not be valid UTF-8.</param>
    /// <param name="end">Whether it is the last one; nothing is held after it.</param>
    /// <param name="released">Gets released bytes and placeholders; whole code points where the text has them.</param>
    public void Feed(ReadOnlySpan<byte> utf8, bool end, IBufferWriter<byte> released)
    {
        if (Blocked)
        {
            return;
        }

        _isUsed = true;
        Append(utf8);
        var text = _buffer.AsSpan(0, _length);
        var limit = end ? _length : _length - Unfinished(text);
        while (_at < limit)
        {
            if (_live.Count == 0)
            {
                Pass(text, Math.Min(limit, _patterns.Filter.Next(text, _at)), released);
                if (_at == limit)
                {
                    break;
                }
            }

            if (!TryDecide(text, end, released))
            {
                break;
            }
        }

        if (end && !Blocked)
        {
            ClosePlaceholder(released);
        }

        Compact();
    }

    /// <summary>Decides one position and moves past it.</summary>
    private bool TryDecide(ReadOnlySpan<byte> text, bool end, IBufferWriter<byte> released)
    {
        if (!_entered)
        {
            EnterRegions(text[_at]);
            _entered = true;
        }

        if (Blocked || !_patterns.TryDecide(text, _at, end, _found))
        {
            return false;
        }

        Apply();
        _found.Clear();
        if (Blocked)
        {
            return false;
        }

        _entered = false;
        if (_regionCovers)
        {
            _at++;
            _coverUntil = Math.Max(_coverUntil, _at);
        }
        else
        {
            Pass(text, _at + 1, released);
        }

        return true;
    }

    /// <summary>Takes the regions past one byte.</summary>
    private void EnterRegions(byte value)
    {
        _regionCovers = false;
        for (var i = _live.Count - 1; i >= 0; i--)
        {
            var rule = _live[i];
            var step = _regions[rule].Take(_patterns.Compiled[rule].Region!, value);
            var redacts = plan.EffectOf(rule) == PatternEffect.Redact;
            _regionCovers |= redacts && step == RegionStep.Covers;
            if (step is RegionStep.Ends or RegionStep.Overruns)
            {
                _live.RemoveAt(i);
                BlockedBy = redacts && step == RegionStep.Overruns ? Math.Max(BlockedBy, rule) : BlockedBy;
            }
        }
    }

    private void Apply()
    {
        var blockedBy = NoLabel;
        foreach (var finding in _found)
        {
            var rule = finding.Rule;
            if (_patterns.Compiled[rule].Region is not null)
            {
                ref var run = ref _regions[rule];
                if (!run.AllowsAnother)
                {
                    continue;
                }

                if (!run.IsLive)
                {
                    _live.Add(rule);
                }

                run.Begin(finding.Length - 1);
            }

            Count(finding);
            switch (plan.EffectOf(rule))
            {
                case PatternEffect.Block:
                    blockedBy = Math.Min(blockedBy, rule);
                    break;
                case PatternEffect.Redact:
                    Cover(finding);
                    break;
            }
        }

        BlockedBy = blockedBy == NoLabel ? BlockedBy : blockedBy;
    }

    private void Cover(Finding finding)
    {
        _coverUntil = Math.Max(_coverUntil, finding.End);
        _label = Math.Min(_label, finding.Rule);
    }

    private void Count(Finding finding)
    {
        if (finding.Start >= _countedTo[finding.Rule])
        {
            _counts[finding.Rule]++;
        }

        _countedTo[finding.Rule] = Math.Max(_countedTo[finding.Rule], finding.End);
    }

    /// <summary>Moves on to <paramref name="to"/>, dropping what is covered and releasing the rest.</summary>
    private void Pass(ReadOnlySpan<byte> text, int to, IBufferWriter<byte> released)
    {
        if (_at < _coverUntil)
        {
            _at = Math.Min(to, _coverUntil);
        }

        if (_at < to)
        {
            ClosePlaceholder(released);
            released.Write(text[_at..to]);
            _at = to;
        }
    }

    private void ClosePlaceholder(IBufferWriter<byte> released)
    {
        if (_label != NoLabel)
        {
            released.Write(plan.PlaceholderOf(_label));
            _label = NoLabel;
        }
    }

    private void Append(ReadOnlySpan<byte> utf8)
    {
        if (_buffer.Length - _length < utf8.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + utf8.Length));
        }

        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    /// <summary>Drops decided bytes, but for those that a rule may look back at.</summary>
    private void Compact()
    {
        var drop = _at - Context;
        if (drop <= 0)
        {
            return;
        }

        _buffer.AsSpan(drop, _length - drop).CopyTo(_buffer);
        _length -= drop;
        _at -= drop;
        _coverUntil = Math.Max(0, _coverUntil - drop);
        for (var rule = 0; rule < _countedTo.Length; rule++)
        {
            _countedTo[rule] = Math.Max(0, _countedTo[rule] - drop);
        }
    }

    /// <summary>Bytes at the end that begin a code point and do not finish it.</summary>
    private static int Unfinished(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= 3 && back <= text.Length; back++)
        {
            var value = text[^back];
            if ((value & 0xC0) != 0x80)
            {
                var wanted = value switch
                {
                    >= 0xC2 and < 0xE0 => 2,
                    >= 0xE0 and < 0xF0 => 3,
                    >= 0xF0 and < 0xF5 => 4,
                    _ => 1,
                };
                return wanted > back ? back : 0;
            }
        }

        return 0;
    }
}
