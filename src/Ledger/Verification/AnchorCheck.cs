namespace Provost.Ledger.Verification;

/// <summary>Holds a log against every checkpoint of it that was kept elsewhere.</summary>
internal sealed class AnchorCheck(IReadOnlyList<AnchorFound> anchors)
{
    private readonly HashSet<long> _sizes = [.. anchors.Select(a => a.Checkpoint.Size)];
    private readonly Dictionary<long, byte[]> _roots = [];

    /// <summary>Whether the root over so many entries is needed.</summary>
    public bool Wants(long size) => _sizes.Contains(size);

    public void Take(long size, byte[] root) => _roots[size] = root;

    /// <summary>The first contradiction, or a sentence about what was shown.</summary>
    public VerificationFault? Conclude(ResetCheck resets, List<string> isShown)
    {
        foreach (var (checkpoint, where) in anchors)
        {
            var isContinued = _roots.TryGetValue(checkpoint.Size, out var root)
                && root.AsSpan().SequenceEqual(checkpoint.Root);
            if (isContinued || resets.Accepts(checkpoint) is not null)
                continue;

            var what = root is null
                ? $"The log was rolled back: {where} holds a signed checkpoint over {checkpoint.Size} entries."
                : $"The log was rewritten below size {checkpoint.Size}: {where} holds another signed checkpoint of it.";
            return new VerificationFault(FaultKind.Consistency, what + resets.Explain(checkpoint));
        }

        if (anchors.Count > 0)
        {
            var (least, most) = (anchors.Min(a => a.Checkpoint.Size), anchors.Max(a => a.Checkpoint.Size));
            isShown.Add(
                $"The log continues each of {anchors.Count} anchored checkpoints, from size {least} to {most}.");
        }

        return null;
    }
}
