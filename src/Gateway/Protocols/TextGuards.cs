using Provost.Gateway.Guardrails;

namespace Provost.Gateway.Protocols;

/// <summary>What became of one text.</summary>
internal enum TextFate
{
    Clean,
    Rewritten,
    Blocked,
}

/// <summary>
/// The guardrails of one direction of one call: hands texts to the compiled set, keeps the strongest verdict and what
/// was found. Once something is blocked everything after it is. It says of itself whether it looked at what was there:
/// the record takes it from here.
/// </summary>
internal sealed class TextGuards(GuardrailSet set) : IDisposable
{
    private const string Fault = "fault";
    private const string Unchecked = "unchecked";

    private readonly List<SurfaceInspector> _open = [];
    private readonly List<GuardrailResult> _found = [];

    /// <summary>False when the release declares no guardrail here: texts pass as they are.</summary>
    public bool IsActive { get; } = !set.IsEmpty;

    public GuardrailSet Set => set;

    public GuardrailVerdict Verdict { get; private set; }

    /// <summary>Id of the guardrail that blocked; null while nothing is.</summary>
    public string? BlockedBy { get; private set; }

    public IReadOnlyList<GuardrailResult> Found => _found;

    public bool IsBlocked => BlockedBy is not null;

    /// <summary>Whether every text that came was looked at, up to the first that was blocked; true where none
    /// came.</summary>
    public bool HasLooked { get; private set; }

    /// <summary>Why the guardrails could not look where they had to: <c>fault</c> or <c>unchecked</c>; null while they
    /// could.</summary>
    public string? Failure => BlockedBy is Fault or Unchecked ? BlockedBy : null;

    /// <summary>From here on every text that is released goes through these guardrails.</summary>
    public void Begin() => HasLooked = true;

    /// <summary>Looks at a whole text. Rewritten text is appended to <paramref name="rewritten"/>.</summary>
    public TextFate Whole(string surface, ReadOnlySpan<byte> text, ByteBuffer rewritten)
    {
        if (!IsActive || text.IsEmpty)
        {
            return TextFate.Clean;
        }

        var result = set.InspectWhole(surface, text, rewritten);
        if (result.Results.Count > 0)
        {
            _found.AddRange(result.Results);
        }

        Note(result.Verdict, result.Code);
        return !result.Passes ? TextFate.Blocked : result.Changed ? TextFate.Rewritten : TextFate.Clean;
    }

    /// <summary>Opens a text that arrives in pieces.</summary>
    public SurfaceInspector Open(string surface)
    {
        var inspector = set.Rent(surface);
        _open.Add(inspector);
        return inspector;
    }

    /// <summary>Takes note of what a text in pieces has come to.</summary>
    public void Note(SurfaceInspector inspector) => Note(inspector.Verdict, inspector.Code);

    /// <summary>Blocks because something can not be looked into.</summary>
    public void BlockUnchecked()
    {
        BlockedBy ??= Unchecked;
        Verdict = GuardrailVerdict.Block;
    }

    /// <summary>Has every guardrail say that there was something it can not look into, and lets it pass.</summary>
    public void FlagUnchecked(string surface)
    {
        _found.AddRange(set.Ran.Select(id => new GuardrailResult(
            id, Unchecked, surface, "enforced", GuardrailVerdict.Flag, Count: 1)));
        Note(GuardrailVerdict.Flag, code: null);
    }

    /// <summary>Adds the findings of the open texts; call it once, at the end.</summary>
    public void Close()
    {
        foreach (var inspector in _open)
        {
            _found.AddRange(inspector.Results);
            Note(inspector);
            set.Return(inspector);
        }

        _open.Clear();
    }

    public void Dispose() => Close();

    private void Note(GuardrailVerdict verdict, string? code)
    {
        if (verdict > Verdict)
        {
            Verdict = verdict;
        }

        BlockedBy ??= code?["guardrail.".Length..];
    }
}
