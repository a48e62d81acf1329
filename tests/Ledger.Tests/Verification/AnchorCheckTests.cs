using System.Text;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

/// <summary>A log held against checkpoints that were kept elsewhere, in files, mailboxes and single notes.</summary>
public sealed class AnchorCheckTests : IDisposable
{
    private readonly SampleLog _log = new(300);
    private readonly string _file;

    public AnchorCheckTests() => _file = Path.Combine(Path.GetDirectoryName(_log.Folder)!, "anchor.txt");

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_log_that_continues_every_anchored_checkpoint_says_so()
    {
        Write(Block(At(0)) + Block(At(1)) + "Dear auditor,\n" + Block(At(256)) + Block(At(300)));
        var report = Verify();
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains("The log continues each of 4 anchored checkpoints, from size 0 to 300.", report.Checked);
    }

    [Fact]
    public void A_log_that_was_rolled_back_or_rewritten_is_contradicted_by_file_and_line()
    {
        Write("One line.\n" + Block(_log.SignAnything(301, new byte[32])));
        Assert.Contains("rolled back", Contradicted("line 2"));
        Write(Block(At(200)) + Block(_log.SignAnything(200, new byte[32])));
        Assert.Contains("rewritten below size 200", Contradicted("line 7"));
    }

    [Fact]
    public void A_reset_explains_an_anchored_checkpoint_to_who_accepts_it()
    {
        var body = new System.Text.Json.Nodes.JsonObject
        {
            ["first"] = 250,
            ["last"] = 319,
            ["origin"] = SampleLog.Origin,
            ["tree"] = new System.Text.Json.Nodes.JsonObject
            {
                ["root"] = Convert.ToBase64String(_log.Reader.RootAt(300)),
                ["size"] = 300,
            },
        };
        RootActs.Add(_log, "ledger_reset", body, "reset", "250-319");
        Write(Block(_log.SignAnything(320, new byte[32])));
        Assert.Contains("--accept-reset 300", Verify().FirstFault!.Message);
        Assert.True(Verify(acceptReset: 300).Ok);
    }

    [Fact]
    public void Blocks_that_are_cut_or_of_another_key_do_not_count_and_are_told()
    {
        using var other = Ed25519PrivateKey.Generate();
        var forged = new NoteSigner(SampleLog.Origin, other)
            .Sign(new Checkpoint(SampleLog.Origin, 301, new byte[32]).ToText()).ToBytes();
        var whole = Block(At(200));
        Write(whole[..^60] + "\n" + Block(forged) + whole);
        var read = AnchorFile.Read(_file, _log.Trust);
        Assert.Equal([200L], read.Found.Select(f => f.Checkpoint.Size));
        Assert.Single(read.PassedOver);
        Assert.True(Verify().Ok);
    }

    [Fact]
    public void A_mailbox_is_read_through_its_base64_and_a_single_note_as_it_is()
    {
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes($"Keep this.\r\n{Block(At(256))}"));
        Write($"From provost\nSubject: log\nContent-Transfer-Encoding: base64\n\n{body[..76]}\n{body[76..]}\n\n");
        Assert.Equal([256L], AnchorFile.Read(_file, _log.Trust).Found.Select(f => f.Checkpoint.Size));
        File.WriteAllBytes(_file, At(300));
        Assert.Equal([300L], AnchorFile.Read(_file, _log.Trust).Found.Select(f => f.Checkpoint.Size));
        Write("nothing of the kind");
        Assert.Throws<FormatException>(() => AnchorFile.Read(_file, _log.Trust));
    }

    [Fact]
    public void A_file_larger_than_its_kind_is_not_read_to_its_end()
    {
        using (var checkpoint = File.OpenWrite(Path.Combine(_log.Folder, "checkpoint")))
            checkpoint.SetLength(8L << 30);

        Assert.Equal(FaultKind.Checkpoint, Verify([]).FirstFault?.Kind);
        using var log = new SampleLog(300);
        using (var tile = File.OpenWrite(Path.Combine(log.Folder, "tile/0/000")))
            tile.SetLength(8L << 30);

        var fault = LedgerDirectoryVerifier.Verify(log.Folder, log.Trust, previous: null).FirstFault;
        Assert.Equal(FaultKind.Tile, fault?.Kind);
    }

    private byte[] At(long size) => _log.SignAnything(size, _log.Reader.RootAt(size));

    private static string Block(byte[] note)
    {
        var text = new StringBuilder("-----BEGIN PROVOST CHECKPOINT-----\n");
        foreach (var line in Convert.ToBase64String(note).Chunk(64))
            text.Append(line).Append('\n');

        return text.Append("-----END PROVOST CHECKPOINT-----\n").ToString();
    }

    private void Write(string text) => File.WriteAllText(_file, text);

    private string Contradicted(string where)
    {
        var fault = Verify().FirstFault;
        Assert.Equal(FaultKind.Consistency, fault?.Kind);
        Assert.Contains(where, fault!.Message);
        return fault.Message;
    }

    private VerificationReport Verify(long? acceptReset = null) =>
        Verify(AnchorFile.Read(_file, _log.Trust).Found, acceptReset);

    private VerificationReport Verify(IReadOnlyList<AnchorFound> anchors, long? acceptReset = null) =>
        LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, null, null, acceptReset, anchors);
}
