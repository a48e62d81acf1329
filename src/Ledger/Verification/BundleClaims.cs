using System.Security.Cryptography;

namespace Provost.Ledger.Verification;

/// <summary>Holds a manifest's ranges against the entries that came.</summary>
internal sealed class BundleClaims(BundleManifest manifest)
{
    private readonly Dictionary<string, ManifestRange> _came = [];
    private readonly long[] _expected = [.. manifest.Requested.Select(r => r.First)];
    private readonly IncrementalHash _leaves = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _count;
    private VerificationFault? _missing;

    public VerificationFault? Next(long index, LeafFacts leaf, byte[] hash)
    {
        if (index >= manifest.Size)
            return Beyond($"stands behind the {manifest.Size} entries that the manifest speaks of", index, leaf);

        if (!manifest.Nodes.TryGetValue(leaf.Node, out var last) || leaf.NodeSeq > last)
            return Beyond($"is of node {leaf.Node}, whose last record the manifest puts before it", index, leaf);

        _count++;
        _leaves.AppendData(hash);
        _came[leaf.Stream] = _came.TryGetValue(leaf.Stream, out var before)
            ? before with { Last = leaf.Seq, Count = before.Count + 1 }
            : new ManifestRange(leaf.Stream, leaf.Seq, leaf.Seq, 1);
        for (var i = 0; i < _expected.Length; i++)
        {
            var range = manifest.Requested[i];
            if (range.Stream != leaf.Stream || leaf.Seq < range.First || leaf.Seq > range.Last)
                continue;

            // Told at the end: when lines were put in another order, that is what is wrong with them.
            if (leaf.Seq != _expected[i])
                _missing ??= Missing(range, _expected[i], index);

            _expected[i] = leaf.Seq + 1;
        }

        return null;
    }

    public VerificationFault? End()
    {
        if (_missing is not null)
            return _missing;

        for (var i = 0; i < _expected.Length; i++)
        {
            if (_expected[i] <= manifest.Requested[i].Last)
                return Missing(manifest.Requested[i], _expected[i], index: null);
        }

        foreach (var promised in manifest.Delivered)
        {
            if (!_came.TryGetValue(promised.Stream, out var came) || came != promised)
                return LeftOut(promised, came);
        }

        var isAsDelivered = _count == manifest.Count && manifest.Delivered.Count == _came.Count
            && manifest.Leaves == $"sha256:{Convert.ToHexStringLower(_leaves.GetCurrentHash())}";
        return isAsDelivered
            ? null
            : new VerificationFault(
                FaultKind.Manifest,
                $"The manifest was signed for {manifest.Count} entries; the {_count} here are others.");
    }

    private static VerificationFault Missing(ManifestRange range, long seq, long? index) => new(
        FaultKind.StreamGap,
        $"{range.Stream} {seq} is missing: {range.First} to {range.Last} were to be here in full.",
        index,
        range.Stream,
        seq);

    private static VerificationFault LeftOut(ManifestRange promised, ManifestRange? came) => new(
        FaultKind.Manifest,
        $"The manifest was signed for {promised.Count} entries of {promised.Stream} ({promised.First} to "
        + $"{promised.Last}); here are {came?.Count ?? 0}{(came is null ? "" : $" ({came.First} to {came.Last})")}.",
        Stream: promised.Stream);

    private static VerificationFault Beyond(string what, long index, LeafFacts leaf) => new(
        FaultKind.Manifest, $"Entry {index} ({leaf.Stream} {leaf.Seq}) {what}.", index, leaf.Stream, leaf.Seq);
}
