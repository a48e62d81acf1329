namespace Provost.Patterns.Expressions;

/// <summary>A parsed expression. Closed and without loops, so that each has a longest match.</summary>
internal abstract record Expression
{
    private Expression()
    {
    }

    /// <summary>Fewest bytes it can match.</summary>
    public abstract long Shortest { get; }

    /// <summary>Most bytes it can match.</summary>
    public abstract long Longest { get; }

    /// <summary>Every byte that can stand in a match.</summary>
    public abstract ByteSet Alphabet { get; }

    /// <summary>Number of leading bytes that are the same in every match, but for letter case.</summary>
    public abstract int FixedPrefix { get; }

    public sealed record One(ByteSet Set) : Expression
    {
        public override long Shortest => 1;

        public override long Longest => 1;

        public override ByteSet Alphabet => Set;

        public override int FixedPrefix => IsFixed ? 1 : 0;

        private bool IsFixed => Set.Count == 1
            || (Set.Count == 2 && Enumerable.Range('A', 26).Any(c => ByteSet.Of((byte)c).WithBothCases() == Set));
    }

    public sealed record Sequence(IReadOnlyList<Expression> Parts) : Expression
    {
        public override long Shortest => Parts.Sum(p => p.Shortest);

        public override long Longest => Parts.Sum(p => p.Longest);

        public override ByteSet Alphabet => Parts.Aggregate(default(ByteSet), (set, p) => set | p.Alphabet);

        public override int FixedPrefix
        {
            get
            {
                var length = 0;
                foreach (var part in Parts)
                {
                    length += part.FixedPrefix;
                    if (part.FixedPrefix != part.Longest)
                    {
                        break;
                    }
                }

                return length;
            }
        }
    }

    public sealed record Choice(IReadOnlyList<Expression> Options) : Expression
    {
        public override long Shortest => Options.Min(o => o.Shortest);

        public override long Longest => Options.Max(o => o.Longest);

        public override ByteSet Alphabet => Options.Aggregate(default(ByteSet), (set, o) => set | o.Alphabet);

        public override int FixedPrefix => 0;
    }

    public sealed record Repeat(Expression Inner, int Min, int Max) : Expression
    {
        public override long Shortest => Inner.Shortest * Min;

        public override long Longest => Inner.Longest * Max;

        public override ByteSet Alphabet => Inner.Alphabet;

        public override int FixedPrefix =>
            Inner.FixedPrefix == Inner.Longest ? Inner.FixedPrefix * Min : Min > 0 ? Inner.FixedPrefix : 0;
    }
}
