namespace Provost.Patterns.Expressions;

/// <summary>
/// The expressions of a set as one nondeterministic program. It has no cycles, because no expression has a loop.
/// </summary>
internal sealed class Steps
{
    private const int MaxPerRule = 20_000;

    private readonly List<Step> _steps = [];
    private string _rule = "";
    private int _limit;

    public int Count => _steps.Count;

    public Step this[int index] => _steps[index];

    /// <summary>Adds one rule and returns its entry.</summary>
    public int Add(string id, int rule, Expression expression)
    {
        _rule = id;
        _limit = _steps.Count + MaxPerRule;
        return Emit(expression, New(new Step(StepKind.Match, default, rule, 0)));
    }

    /// <summary>Adds every step that can be reached without input.</summary>
    public void Close(int entry, HashSet<int> into)
    {
        var open = new Stack<int>([entry]);
        while (open.TryPop(out var step))
        {
            if (into.Add(step) && _steps[step].Kind == StepKind.Split)
            {
                open.Push(_steps[step].Next);
                open.Push(_steps[step].Other);
            }
        }
    }

    private int Emit(Expression expression, int next)
    {
        switch (expression)
        {
            case Expression.One one:
                return New(new Step(StepKind.Bytes, one.Set, next, 0));
            case Expression.Sequence sequence:
                foreach (var part in sequence.Parts.Reverse())
                {
                    next = Emit(part, next);
                }

                return next;
            case Expression.Choice choice:
                var entry = Emit(choice.Options[^1], next);
                foreach (var option in choice.Options.Reverse().Skip(1))
                {
                    entry = New(new Step(StepKind.Split, default, Emit(option, next), entry));
                }

                return entry;
            case Expression.Repeat repeat:
                return EmitRepeat(repeat, next);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private int EmitRepeat(Expression.Repeat repeat, int next)
    {
        var entry = next;
        for (var i = repeat.Min; i < repeat.Max; i++)
        {
            entry = New(new Step(StepKind.Split, default, Emit(repeat.Inner, entry), next));
        }

        for (var i = 0; i < repeat.Min; i++)
        {
            entry = Emit(repeat.Inner, entry);
        }

        return entry;
    }

    private int New(Step step)
    {
        if (_steps.Count >= _limit)
        {
            throw new PatternRuleException(_rule, $"its counts multiply to more than {MaxPerRule} steps");
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }
}

internal enum StepKind
{
    Bytes,
    Split,
    Match,
}

/// <param name="Next">The step after it; the rule of a <see cref="StepKind.Match"/>.</param>
internal readonly record struct Step(StepKind Kind, ByteSet Set, int Next, int Other);
