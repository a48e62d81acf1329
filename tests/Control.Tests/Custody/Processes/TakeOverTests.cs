using System.Text.Json;
using Provost.Control.Custody;
using Provost.Control.Custody.Processes;
using Provost.Ledger.Checkpoints;
using Provost.Testing;

namespace Provost.Control.Tests.Custody.Processes;

/// <summary>The folder of an earlier version, whose server held the keys itself, under this one's processes.</summary>
public sealed class TakeOverTests : IDisposable
{
    private const string Origin = "acme.example/test";

    private readonly TemporaryFolder _data = new();
    private readonly string _old;
    private readonly string _signer;
    private readonly string _vault;

    public TakeOverTests()
    {
        _old = Path.Combine(_data.Path, "keys");
        (_signer, _vault) = (Path.Combine(_data.Path, "signer"), Path.Combine(_data.Path, "vault"));
        Directory.CreateDirectory(_signer);
        Directory.CreateDirectory(_vault);
        using var keys = SignerKeys.Open(_old, isFounded: false);
        File.Delete(Path.Combine(_old, "root.pub")); // earlier versions did not keep it
        File.WriteAllText(Path.Combine(_old, "payload.pem"), "a key");
        CheckpointSigner.Create(Path.Combine(_signer, "checkpoint"), Origin, keys.Log)
            .Sign(new Checkpoint(Origin, 40, new byte[32]), []);
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Every_key_moves_and_what_was_signed_last_is_still_known()
    {
        var before = Content(_old);
        CustodyPlace.TakeOver(_old, _signer, _vault);
        Assert.Empty(Directory.GetFiles(_old));
        Assert.Equal("a key", File.ReadAllText(Path.Combine(_vault, "payload.pem")));
        Assert.Equal(before, Content(Path.Combine(_signer, "keys")));
        using var host = SignerHost.Open(_signer, isApart: false, new ManualTime());
        var hello = JsonSerializer.Deserialize(
            host.Handle((byte)SignerVerb.Hello, []).Json, CustodyJson.Default.HelloAnswer)!;
        Assert.Null(hello.Trouble);
        Assert.Equal(40, hello.Last?.Size);
    }

    [Theory]
    [InlineData("root.key")]
    [InlineData("root.key", "warrant.key", "snapshot.key")]
    public void A_move_that_was_cut_is_finished(params string[] moved)
    {
        var before = Content(_old);
        SignerMemory.Create(Path.Combine(_signer, "state.json"));
        Directory.CreateDirectory(Path.Combine(_signer, "keys"));
        foreach (var name in moved)
            File.Move(Path.Combine(_old, name), Path.Combine(_signer, "keys", name));

        CustodyPlace.TakeOver(_old, _signer, _vault);
        CustodyPlace.TakeOver(_old, _signer, _vault);
        Assert.Equal(before, Content(Path.Combine(_signer, "keys")));
    }

    private static Dictionary<string, string> Content(string folder) => Directory.GetFiles(folder, "*.key")
        .ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
}
