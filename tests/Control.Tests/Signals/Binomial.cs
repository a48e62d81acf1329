namespace Provost.Control.Tests.Signals;

internal static class Binomial
{
    /// <summary>Smallest k with P(X ≤ k) at least <paramref name="level"/>.</summary>
    public static int Quantile(int n, double p, double level)
    {
        var term = Math.Pow(1 - p, n);
        var sum = term;
        var k = 0;
        while (sum < level)
        {
            term *= (double)(n - k) / (k + 1) * p / (1 - p);
            sum += term;
            k++;
        }

        return k;
    }
}
