namespace Provost.Control.Signals.Detectors;

/// <summary>An interval of shares, both ends within [0,1].</summary>
public readonly record struct ShareInterval(double Low, double High);

/// <summary>
/// Interval for a share that stays valid however often it is looked at: the shares that a beta-mixture e-process
/// (a = b = 1/2) has not refuted at level alpha (Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 2021).
/// For display and for the verdict OK; it never pages.
/// </summary>
public static class ConfidenceSequence
{
    private const int Halvings = 40;

    /// <summary>The interval after <paramref name="hits"/> of <paramref name="rows"/>; [0,1] without rows.</summary>
    public static ShareInterval Of(long hits, long rows, double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, rows);
        if (rows == 0)
        {
            return new ShareInterval(0, 1);
        }

        var mixture = LogBeta(hits + 0.5, rows - hits + 0.5) - LogBeta(0.5, 0.5);
        var bound = mixture + Math.Log(alpha);
        var centre = (double)hits / rows;
        return new ShareInterval(
            hits == 0 ? 0 : Edge(hits, rows, bound, centre, 0),
            hits == rows ? 1 : Edge(hits, rows, bound, centre, 1));
    }

    /// <summary>Halves towards the last share whose likelihood is still at least <paramref name="bound"/>.</summary>
    private static double Edge(long hits, long rows, double bound, double kept, double refuted)
    {
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (kept + refuted) / 2;
            if (LogLikelihood(hits, rows, middle) > bound)
            {
                kept = middle;
            }
            else
            {
                refuted = middle;
            }
        }

        return refuted;
    }

    private static double LogLikelihood(long hits, long rows, double share) =>
        (hits == 0 ? 0 : hits * Math.Log(share)) + (hits == rows ? 0 : (rows - hits) * Math.Log(1 - share));

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>Stirling's series above 10, reached by lnΓ(x) = lnΓ(x+1) - ln x; error below 1e-10.</summary>
    internal static double LogGamma(double x)
    {
        var shift = 0.0;
        while (x < 10)
        {
            shift += Math.Log(x);
            x++;
        }

        var inverse = 1 / (x * x);
        var series = (1.0 / 12) - (inverse * ((1.0 / 360) - (inverse * ((1.0 / 1260) - (inverse / 1680)))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x) - shift;
    }
}
