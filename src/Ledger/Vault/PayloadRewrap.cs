using Provost.Ledger.Payloads;
using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Vault;

/// <summary>
/// Follows the log and has the vault put each payload under its subject's key. Its only state is the vault's own
/// cursor, so that it goes on after a crash where the vault is. Not safe for concurrent use.
/// </summary>
/// <param name="vault">Who holds the keys.</param>
/// <param name="log">The log's tiles.</param>
/// <param name="payloadFolder">Where the sealed parts are, a folder a node.</param>
public sealed class PayloadRewrap(IPayloadVault vault, TileLogReader log, string payloadFolder)
{
    private const int LeavesAtOnce = 2048;

    private readonly Dictionary<string, PayloadCursor> _cursors = new(StringComparer.Ordinal);
    private readonly SealedRecordReader _reader = new();

    /// <summary>Payloads that were found shut or lost since this was made.</summary>
    public (long Shut, long Lost) Counted { get; private set; }

    /// <summary>Works up to a size of the log.</summary>
    /// <param name="size">Entries that are committed.</param>
    /// <param name="takenIn">An instant before which every record is among these entries; null when that is not
    /// known.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    public void RunTo(long size, DateTimeOffset? takenIn, CancellationToken cancellationToken)
    {
        var through = vault.Through;
        try
        {
            while (through < size)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var next = Math.Min(size, through + LeavesAtOnce);
                Send(new RewrapRequest(Collect(through, next), next));
                through = next;
            }
        }
        finally
        {
            foreach (var cursor in _cursors.Values)
                cursor.Close(); // a file that is deleted between two rounds must be gone
        }

        if (takenIn is not null)
            Send(new RewrapRequest([], through, takenIn));
    }

    private void Send(RewrapRequest request)
    {
        var answer = vault.Rewrap(request);
        Counted = (Counted.Shut + answer.Shut, Counted.Lost + answer.Lost);
    }

    private List<RewrapItem> Collect(long from, long to)
    {
        var items = new List<RewrapItem>();
        foreach (var bytes in log.ScanLeaves(from, to - from))
        {
            // a digest alone has no bytes to open: most entries are told apart without being parsed
            var entry = bytes.Span;
            if (entry.IndexOf("\"capture\":\"full\""u8) < 0 && entry.IndexOf("\"capture\":\"redacted\""u8) < 0)
                continue;

            var record = _reader.Read(entry);
            if (!_cursors.TryGetValue(record.Node, out var cursor))
                _cursors[record.Node] = cursor = new PayloadCursor(Path.Combine(payloadFolder, record.Node));

            foreach (var (field, header) in cursor.HeadersOf(record.NodeSeq))
                items.Add(Item(record, field, header));
        }

        return items;
    }

    private static RewrapItem Item(in SealedRecord record, PayloadField field, byte[] header) => new()
    {
        Place = new PayloadPlace(record.Node, record.NodeSeq),
        Field = field,
        Record = record.Record,
        System = record.System ?? "",
        Class = record.Class,
        Subject = record.Subject,
        Time = record.Time,
        Header = header,
    };
}
