namespace Provost.Gateway.Binding;

/// <summary>
/// Whether a call is the approved composition. Bound calls allocate nothing; a mismatch lists every difference for the
/// owner. The differences hold parts of the request: they are personal data until proven otherwise.
/// </summary>
public readonly struct BindingResult
{
    private readonly IReadOnlyList<Difference>? _differences;

    private BindingResult(IReadOnlyList<Difference>? differences, bool suppliesPrompt, ulong suppliedParameters)
    {
        _differences = differences;
        SuppliesPrompt = suppliesPrompt;
        SuppliedParameters = suppliedParameters;
    }

    public bool IsBound => _differences is null;

    public IReadOnlyList<Difference> Differences => _differences ?? [];

    /// <summary>True: the gateway must put <see cref="ReleaseComposition.Prompt"/> before the client's
    /// messages.</summary>
    public bool SuppliesPrompt { get; }

    /// <summary>Bit i: the gateway must add <c>ReleaseComposition.Parameters[i]</c> to the request.</summary>
    public ulong SuppliedParameters { get; }

    internal static BindingResult Bound(bool suppliesPrompt, ulong suppliedParameters) =>
        new(null, suppliesPrompt, suppliedParameters);

    internal static BindingResult Mismatch(IReadOnlyList<Difference> differences) => new(differences, false, 0);
}

/// <summary>One place where a call is not what was approved.</summary>
/// <param name="Path"><c>model</c>, <c>parameters.temperature</c>, <c>messages[0]</c>, <c>tools</c>.</param>
/// <param name="Approved">Null: nothing was approved there.</param>
/// <param name="Observed">Null: the call has nothing there. Cut after 2,000 characters.</param>
public sealed record Difference(string Path, string? Approved, string? Observed);
