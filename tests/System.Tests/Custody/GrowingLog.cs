using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Tree;

namespace Provost.SystemTests.Custody;

/// <summary>A log folder whose writer asks a signer for its checkpoints.</summary>
internal sealed class GrowingLog : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provost-log-").FullName;
    private readonly TileLogWriter _writer;
    private readonly TileLogReader _reader;

    public GrowingLog()
    {
        _writer = TileLogWriter.Open(_folder);
        _reader = new TileLogReader(_folder);
    }

    /// <summary>A log of the same first entries and others after them.</summary>
    public static GrowingLog Of(int shared, string after, int count)
    {
        var log = new GrowingLog();
        log.Add("entry", shared);
        log.Add(after, count);
        return log;
    }

    /// <summary>Adds entries that are told apart by their text and their place.</summary>
    public void Add(string text, int count)
    {
        for (var i = 0; i < count; i++)
            _writer.Append(Encoding.UTF8.GetBytes($"{text} {_writer.Size}"));

        _writer.Flush();
    }

    /// <summary>Asks for a signature over all that is there.</summary>
    public SignOutcome Ask(ICheckpointSigner signer)
    {
        var last = signer.LastSigned;
        return signer.Sign(
            new Checkpoint(SignerProcess.Origin, _writer.Size, _writer.Root()),
            _writer.Size > last.Size ? _reader.ConsistencyProof(last.Size, _writer.Size) : []);
    }

    public void Dispose()
    {
        _writer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
