using Provost.Demo.Steps;

namespace Provost.Demo;

/// <summary>The story of the product, in order; each chapter plays through the public surfaces only.</summary>
internal static class Story
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        await Opening.PlayAsync(cast, report, cancellationToken);
        await Shadow.PlayAsync(cast, report, cancellationToken);
        await FirstWarrant.PlayAsync(cast, report, cancellationToken);
        await Governed.PlayAsync(cast, report, cancellationToken);
        await OneSentence.PlayAsync(cast, report, cancellationToken);
        await Leak.PlayAsync(cast, report, cancellationToken);
        await Drift.PlayAsync(cast, report, cancellationToken);
        await WorseRelease.PlayAsync(cast, report, cancellationToken);
        await DatabaseDown.PlayAsync(cast, report, cancellationToken);
        await Audit.PlayAsync(cast, report, cancellationToken);
        await Erasure.PlayAsync(cast, report, cancellationToken);
    }
}
