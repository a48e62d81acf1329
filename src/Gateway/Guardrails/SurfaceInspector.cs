using System.Buffers;
using Provost.Patterns;
using Provost.Patterns.Streaming;

namespace Provost.Gateway.Guardrails;

/// <summary>
/// Inspects one text of a call while it arrives: one for each choice, content part and tool call. What
/// <see cref="Feed"/> writes may leave; what it holds back may not. For one thread at a time.
/// </summary>
public sealed class SurfaceInspector
{
    private const string FaultCode = "guardrail.fault";

    private readonly HoldBack _holdBack;
    private readonly List<Finding> _found = [];
    private string _surface = "";
    private bool _failed;

    internal SurfaceInspector(GuardrailSet set)
    {
        Set = set;
        _holdBack = new HoldBack(set.Plan);
    }

    internal GuardrailSet Set { get; }

    /// <summary>The strongest verdict so far.</summary>
    public GuardrailVerdict Verdict
    {
        get
        {
            var strongest = _failed ? GuardrailVerdict.Block : GuardrailVerdict.Allow;
            for (var rule = 0; rule < _holdBack.Counts.Length; rule++)
            {
                if (_holdBack.Counts[rule] > 0 && VerdictOf(rule) > strongest)
                {
                    strongest = VerdictOf(rule);
                }
            }

            return strongest;
        }
    }

    /// <summary>
    /// Why nothing more may leave: <c>guardrail.</c> and the id, or <c>guardrail.fault</c>; null while the text passes.
    /// </summary>
    public string? Code => _failed ? FaultCode
        : _holdBack.Blocked ? $"guardrail.{Set.Rules[_holdBack.BlockedBy].Guardrail}"
        : null;

    /// <summary>Bytes that have arrived and are held back.</summary>
    public int Held => _failed ? 0 : _holdBack.Held;

    /// <summary>What was found so far: nothing for the rules that found nothing.</summary>
    public IReadOnlyList<GuardrailResult> Results
    {
        get
        {
            var results = new List<GuardrailResult>();
            for (var rule = 0; rule < _holdBack.Counts.Length; rule++)
            {
                if (_holdBack.Counts[rule] > 0)
                {
                    var (guardrail, id, action) = Set.Rules[rule];
                    var mode = action == GuardrailAction.Allow ? "shadow" : "enforced";
                    results.Add(new GuardrailResult(
                        guardrail, id, _surface, mode, VerdictOf(rule), _holdBack.Counts[rule]));
                }
            }

            if (_failed)
            {
                results.Add(new GuardrailResult("guardrail", "fault", _surface, "failed", GuardrailVerdict.Block, 1));
            }

            return results;
        }
    }

    /// <summary>Takes the next piece of the text.</summary>
    /// <param name="utf8">Text, not JSON: escapes are resolved. May end inside a code point.</param>
    /// <param name="end">Whether the text ends here; everything is decided then.</param>
    /// <param name="released">Gets what may leave now: whole code points, placeholders in place of findings.</param>
    /// <returns>False once the text is stopped: nothing was or will be released after that.</returns>
    public bool Feed(ReadOnlySpan<byte> utf8, bool end, IBufferWriter<byte> released)
    {
        if (_failed)
        {
            return false;
        }

        try
        {
            _holdBack.Feed(utf8, end, released);
        }
        catch (Exception)
        {
            // Whatever went wrong in a rule, its answer is missing, and a missing answer is never an allow.
            _failed = true;
        }

        return !_failed && !_holdBack.Blocked;
    }

    internal void Begin(string surface)
    {
        _surface = surface;
        _failed = false;
        _holdBack.Reset();
    }

    internal Inspection Whole(ReadOnlySpan<byte> text, IBufferWriter<byte> rewritten)
    {
        _found.Clear();
        try
        {
            Set.Plan.Patterns.Scan(text, _found);
        }
        catch (Exception)
        {
            // As in Feed.
            _failed = true;
        }

        if (_found.Count == 0 && !_failed)
        {
            return Inspection.Clean;
        }

        var changes = false;
        foreach (var finding in _found)
        {
            changes |= Set.Rules[finding.Rule].Action == GuardrailAction.Redact;
        }

        Feed(text, end: true, changes ? rewritten : new Nowhere());
        var passes = !_failed && !_holdBack.Blocked;
        return new Inspection(Verdict, passes && changes, Code, Results);
    }

    private GuardrailVerdict VerdictOf(int rule) => Set.Rules[rule].Action switch
    {
        GuardrailAction.Allow => GuardrailVerdict.Allow,
        GuardrailAction.Flag => GuardrailVerdict.Flag,

        // A redacted region beyond its cap stops the text.
        GuardrailAction.Redact => _holdBack.BlockedBy == rule ? GuardrailVerdict.Block : GuardrailVerdict.Redact,
        GuardrailAction.Fallback => GuardrailVerdict.Fallback,
        _ => GuardrailVerdict.Block,
    };

    /// <summary>Takes what nobody reads.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        private byte[] _scratch = new byte[256];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) =>
            _scratch = _scratch.Length >= sizeHint ? _scratch : new byte[sizeHint];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
