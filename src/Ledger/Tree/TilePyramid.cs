namespace Provost.Ledger.Tree;

/// <summary>
/// A tile with every hash above its own that is complete: row 0 is the tile, row 8 the one hash over all 256. Computed
/// once, it gives each part of a proof by a look-up; proofs of neighbours share nearly all of them.
/// </summary>
internal sealed class TilePyramid
{
    private readonly byte[][] _rows = new byte[9][];

    public TilePyramid(byte[] tile)
    {
        _rows[0] = tile;
        for (var height = 1; height < _rows.Length; height++)
        {
            var below = _rows[height - 1];
            var row = new byte[below.Length / (2 * MerkleHash.Size) * MerkleHash.Size];
            for (var at = 0; at < row.Length; at += MerkleHash.Size)
            {
                MerkleHash.Node(
                    below.AsSpan(2 * at, MerkleHash.Size),
                    below.AsSpan((2 * at) + MerkleHash.Size, MerkleHash.Size),
                    row.AsSpan(at, MerkleHash.Size));
            }

            _rows[height] = row;
        }
    }

    /// <summary>Hashes of the tile.</summary>
    public int Width => _rows[0].Length / MerkleHash.Size;

    public ReadOnlySpan<byte> Tile => _rows[0];

    /// <summary>The hash over 2^height neighbours from an offset that is a multiple of their number.</summary>
    public byte[] Hash(int height, int offset) =>
        _rows[height].AsSpan((offset >> height) * MerkleHash.Size, MerkleHash.Size).ToArray();
}
