using System.Runtime.InteropServices;

namespace Provost.Control.Signals.Detectors;

/// <summary>
/// A sequential change detector with a bound that needs no asymptotics: the Shiryaev-Roberts form of an e-detector
/// (Shin, Ramdas, Rinaldo, "E-detectors", New England J. Statistics in Data Science 2023). Each bet keeps
/// <c>M ← L·(M + 1)</c> per pane; their mean <c>R</c> minus the number of panes is a supermartingale while the
/// approved state holds, so the expected number of panes to a false alarm at <c>R ≥ c</c> is at least <c>c</c>.
/// Kept in logarithms, capped (a lower M keeps the bound), and the state is one double per bet.
/// </summary>
public sealed class EDetector
{
    /// <summary>A bet may grow this far (natural logarithm) beyond the limit; more would say nothing.</summary>
    private const double Headroom = 20;

    private readonly ShareTest[] _tests;
    private readonly int[] _sizes;
    private readonly double[] _logs;
    private readonly double _cap;

    /// <param name="tests">Bets; groups are numbered from 0 without gaps.</param>
    /// <param name="limit">Evidence at which the caller acts (natural logarithm); only sets the cap.</param>
    public EDetector(IReadOnlyList<ShareTest> tests, double limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 0);
        _tests = [.. tests];
        _sizes = new int[_tests.Length == 0 ? 0 : _tests.Max(t => t.Group) + 1];
        foreach (var test in _tests)
        {
            _sizes[test.Group]++;
        }

        _logs = new double[_tests.Length];
        _cap = limit + Math.Log(Math.Max(1, _tests.Length)) + Headroom;
        Restart();
    }

    /// <summary>
    /// Natural logarithm of the evidence: per group the mean of its bets, over groups the smallest. Negative infinity
    /// before the first pane and when there is nothing to bet on.
    /// </summary>
    public double LogEvidence { get; private set; }

    public int Bets => _tests.Length;

    /// <summary>
    /// Takes one closed pane. An empty pane is skipped: with L = 1 the recursion would still add one, and silence
    /// would creep up to an alarm.
    /// </summary>
    public void Update(PaneCounts pane)
    {
        if (pane.Rows == 0)
        {
            return;
        }

        for (var i = 0; i < _tests.Length; i++)
        {
            ref readonly var test = ref _tests[i];
            var hits = pane.Events[test.Event];
            var ratio = (hits * test.Hit) + ((pane.Rows - hits) * test.Miss);
            _logs[i] = Math.Min(ratio + SoftPlus(_logs[i]), _cap);
        }

        LogEvidence = Weigh();
    }

    /// <summary>Forgets everything seen.</summary>
    public void Restart()
    {
        Array.Fill(_logs, double.NegativeInfinity);
        LogEvidence = double.NegativeInfinity;
    }

    /// <summary>The state, bit for bit: eight little-endian bytes a bet.</summary>
    public byte[] Save() => MemoryMarshal.AsBytes(_logs.AsSpan()).ToArray();

    /// <summary>Takes a saved state back.</summary>
    /// <exception cref="FormatException">The state belongs to a detector with other bets.</exception>
    public void Load(ReadOnlySpan<byte> state)
    {
        if (state.Length != _logs.Length * sizeof(double))
        {
            throw new FormatException($"A state of {state.Length} bytes does not fit {_logs.Length} bets.");
        }

        state.CopyTo(MemoryMarshal.AsBytes(_logs.AsSpan()));
        LogEvidence = Weigh();
    }

    private double Weigh()
    {
        if (_tests.Length == 0)
        {
            return double.NegativeInfinity;
        }

        Span<double> highest = stackalloc double[_sizes.Length];
        Span<double> sums = stackalloc double[_sizes.Length];
        highest.Fill(double.NegativeInfinity);
        for (var i = 0; i < _tests.Length; i++)
        {
            ref var top = ref highest[_tests[i].Group];
            top = Math.Max(top, _logs[i]);
        }

        for (var i = 0; i < _tests.Length; i++)
        {
            var group = _tests[i].Group;
            if (!double.IsNegativeInfinity(highest[group]))
            {
                sums[group] += Math.Exp(_logs[i] - highest[group]);
            }
        }

        var weakest = double.PositiveInfinity;
        for (var g = 0; g < _sizes.Length; g++)
        {
            weakest = Math.Min(weakest, highest[g] + Math.Log(sums[g] / _sizes[g]));
        }

        return weakest;
    }

    /// <summary>ln(1 + e^x) without overflow.</summary>
    private static double SoftPlus(double x) => x > 0 ? x + Log1P(Math.Exp(-x)) : Log1P(Math.Exp(x));

    /// <summary>ln(1 + y) for y in [0,1], exact to the last bits also where 1 + y rounds (Kahan).</summary>
    private static double Log1P(double y)
    {
        var sum = 1 + y;
        return sum == 1 ? y : Math.Log(sum) * (y / (sum - 1));
    }
}
