using System.Globalization;

namespace Provost.Upstreams;

/// <summary>
/// A logistic regression of admission on department, fitted on the counts of <c>ucb-admissions.csv</c>: the probability
/// is 1 / (1 + exp(-(intercept + coefficient of the department))), the first department being the reference.
/// </summary>
public sealed class AdmissionsModel
{
    private readonly double[] _coefficients;

    private AdmissionsModel(IReadOnlyList<string> departments, double[] coefficients)
    {
        Departments = departments;
        _coefficients = coefficients;
    }

    /// <summary>The departments the model was fitted on, in the order of the data.</summary>
    public IReadOnlyList<string> Departments { get; }

    /// <summary>Intercept first, then one coefficient for each department but the first.</summary>
    public IReadOnlyList<double> Coefficients => _coefficients;

    /// <summary>Fits by iteratively reweighted least squares (Fisher scoring) until the step is below 1e-12.</summary>
    public static AdmissionsModel Fit(string csv)
    {
        var cells = Parse(csv);
        var departments = cells.Select(c => c.Department).Distinct().ToArray();
        var beta = new double[departments.Length];
        for (var round = 0; round < 50; round++)
        {
            var information = new double[beta.Length, beta.Length];
            var score = new double[beta.Length];
            foreach (var (department, admitted, total) in cells)
            {
                var x = Row(departments, department);
                var p = Logistic(Dot(x, beta));
                var weight = total * p * (1 - p);
                for (var i = 0; i < x.Length; i++)
                {
                    score[i] += x[i] * (admitted - (total * p));
                    for (var j = 0; j < x.Length; j++)
                    {
                        information[i, j] += weight * x[i] * x[j];
                    }
                }
            }

            var step = Solve(information, score);
            for (var i = 0; i < beta.Length; i++)
            {
                beta[i] += step[i];
            }

            if (step.Max(Math.Abs) < 1e-12)
            {
                break;
            }
        }

        return new AdmissionsModel(departments, beta);
    }

    /// <summary>The probability of admission; null for a department the model never saw.</summary>
    public double? Score(string department) =>
        Departments.Contains(department) ? Logistic(Dot(Row(Departments, department), _coefficients)) : null;

    private static List<(string Department, double Admitted, double Total)> Parse(string csv) =>
        [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Trim().Split(','))
            .Select(f => (Name: f[0], Yes: Number(f[2]), No: Number(f[3])))
            .GroupBy(c => c.Name, StringComparer.Ordinal)
            .Select(g => (g.Key, g.Sum(c => c.Yes), g.Sum(c => c.Yes + c.No)))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double[] Row(IReadOnlyList<string> departments, string department)
    {
        var row = new double[departments.Count];
        row[0] = 1;
        for (var i = 1; i < row.Length; i++)
        {
            row[i] = departments[i] == department ? 1 : 0;
        }

        return row;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>Gaussian elimination with partial pivoting; the matrices here are six by six.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        var a = (double[,])matrix.Clone();
        var b = (double[])right.Clone();
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(a[row, column]));
            for (var k = 0; k < n; k++)
            {
                (a[column, k], a[pivot, k]) = (a[pivot, k], a[column, k]);
            }

            (b[column], b[pivot]) = (b[pivot], b[column]);
            for (var row = column + 1; row < n; row++)
            {
                var factor = a[row, column] / a[column, column];
                for (var k = column; k < n; k++)
                {
                    a[row, k] -= factor * a[column, k];
                }

                b[row] -= factor * b[column];
            }
        }

        for (var row = n - 1; row >= 0; row--)
        {
            for (var k = row + 1; k < n; k++)
            {
                b[row] -= a[row, k] * b[k];
            }

            b[row] /= a[row, row];
        }

        return b;
    }
}
