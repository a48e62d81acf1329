using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A checkpoint of the log that was kept elsewhere, with where it was found.</summary>
/// <param name="Where">File and line.</param>
public sealed record AnchorFound(Checkpoint Checkpoint, string Where);

/// <summary>
/// Checkpoints that an anchor kept, found in any text: a file of them, a mailbox (mbox), a single note. Only those that
/// a pinned key of the log signed count; others are told of.
/// </summary>
/// <remarks>A block is base64 between <c>-----BEGIN PROVOST CHECKPOINT-----</c> and the same with END; in a mail the
/// whole part may be base64 itself.</remarks>
public sealed class AnchorFile
{
    /// <summary>Largest file that is read.</summary>
    public const long MaxBytes = 256 << 20;

    private const string Begin = "-----BEGIN PROVOST CHECKPOINT-----";
    private const string End = "-----END PROVOST CHECKPOINT-----";
    private const int MaxBlockLines = 100_000;

    private readonly TrustFile _trust;
    private readonly string _name;
    private readonly List<AnchorFound> _found = [];
    private readonly List<string> _passedOver = [];

    private AnchorFile(TrustFile trust, string name) => (_trust, _name) = (trust, name);

    /// <summary>Checkpoints of the log, in the order of the file.</summary>
    public IReadOnlyList<AnchorFound> Found => _found;

    /// <summary>Blocks that do not count, a sentence each.</summary>
    public IReadOnlyList<string> PassedOver => _passedOver;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="trust">Keys and origin, from a place of one's own.</param>
    /// <exception cref="FormatException">It is too large, or holds no checkpoint.</exception>
    public static AnchorFile Read(string path, TrustFile trust)
    {
        if (new FileInfo(path).Length > MaxBytes)
            throw new FormatException($"{path} is larger than {MaxBytes >> 20} MiB.");

        var bytes = File.ReadAllBytes(path);
        var file = new AnchorFile(trust, path);
        if (SignedNote.TryParse(bytes, out _, out _))
        {
            file.Take(bytes, 1);
        }
        else
        {
            var lines = Encoding.UTF8.GetString(bytes).Split('\n');
            file.Scan(lines, lineBefore: 0);
            file.ScanParts(lines);
        }

        return file._found.Count + file._passedOver.Count > 0
            ? file
            : throw new FormatException($"{path} holds no checkpoint.");
    }

    private void Scan(string[] lines, int lineBefore)
    {
        var (begun, block) = (-1, new StringBuilder());
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line == Begin)
            {
                begun = i;
                block.Clear();
            }
            else if (begun >= 0 && line == End)
            {
                TakeBlock(block.ToString(), lineBefore + begun + 1);
                begun = -1;
            }
            else if (begun >= 0 && i - begun < MaxBlockLines)
            {
                block.Append(line);
            }
        }
    }

    /// <summary>Mail carries text as base64: the lines after a header that says so, up to an empty line.</summary>
    private void ScanParts(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].Trim().Equals("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase))
                continue;

            var header = i;
            while (i < lines.Length && lines[i].Trim().Length > 0)
                i++;

            var part = new StringBuilder();
            while (++i < lines.Length && lines[i].Trim().Length > 0)
                part.Append(lines[i].Trim());

            if (StrictBase64.Decode(part.ToString()) is { } text)
                Scan(Encoding.UTF8.GetString(text).Split('\n'), header);
        }
    }

    private void TakeBlock(string base64, int line)
    {
        if (StrictBase64.Decode(base64) is { } note)
            Take(note, line);
        else
            _passedOver.Add($"{_name}, line {line}: a block that was cut or changed.");
    }

    private void Take(byte[] note, int line)
    {
        var verified = CheckpointCheck.Verify(note, _trust, WitnessPolicy.None, out var fault);
        if (verified is not null)
            _found.Add(new AnchorFound(verified.Checkpoint, $"{_name}, line {line}"));
        else
            _passedOver.Add($"{_name}, line {line}: {fault!.Message}");
    }
}
