namespace Provost.Ledger.Verification;

/// <summary>Holds a manifest's ranges against the entries that came.</summary>
internal sealed class BundleClaims(BundleManifest manifest)
{
    private readonly Dictionary<string, ManifestRange> _came = [];
    private readonly long[] _expected = [.. manifest.Requested.Select(r => r.First)];
    private long _count;

    public VerificationFault? Next(long index, LeafFacts leaf)
    {
        _count++;
        _came[leaf.Stream] = _came.TryGetValue(leaf.Stream, out var before)
            ? before with { Last = leaf.Seq, Count = before.Count + 1 }
            : new ManifestRange(leaf.Stream, leaf.Seq, leaf.Seq, 1);
        for (var i = 0; i < _expected.Length; i++)
        {
            var range = manifest.Requested[i];
            if (range.Stream != leaf.Stream || leaf.Seq < range.First || leaf.Seq > range.Last)
                continue;

            if (leaf.Seq != _expected[i])
                return Missing(range, _expected[i], index);

            _expected[i]++;
        }

        return null;
    }

    public VerificationFault? End()
    {
        for (var i = 0; i < _expected.Length; i++)
        {
            if (_expected[i] <= manifest.Requested[i].Last)
                return Missing(manifest.Requested[i], _expected[i], index: null);
        }

        var isAsDelivered = _count == manifest.Count
            && manifest.Delivered.Count == _came.Count
            && manifest.Delivered.All(d => _came.TryGetValue(d.Stream, out var came) && came == d);
        return isAsDelivered
            ? null
            : new VerificationFault(
                FaultKind.Manifest,
                $"The manifest promises {manifest.Count} entries in ranges that are not those of the {_count} here.");
    }

    private static VerificationFault Missing(ManifestRange range, long seq, long? index) => new(
        FaultKind.StreamGap,
        $"{range.Stream} {seq} is missing: {range.First} to {range.Last} were to be here in full.",
        index,
        range.Stream,
        seq);
}
