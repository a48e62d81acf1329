using Provost.Ledger.Payloads;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;
using Provost.Ledger.Vault;
using Provost.Testing;

namespace Provost.Ledger.Records;

/// <summary>What is done for every call makes no garbage but what it gives back.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Rounds = 200;

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = new byte[1300];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ids_and_hashes_and_random_bytes_make_none()
    {
        var hash = new byte[32];
        var random = new byte[88];
        var time = DateTimeOffset.UnixEpoch.AddYears(56);

        Assert.Equal(0, PerRound(() => RecordId.Create(time)));
        Assert.Equal(0, PerRound(() => RandomBytes.Fill(random)));
        Assert.Equal(0, PerRound(() => OpenSslContexts.Hash(_content, [], hash)));
        Assert.Equal(0, PerRound(() => OpenSslContexts.Authenticate(random, _content, hash)));
    }

    [Fact]
    public void Sealing_a_payload_makes_only_the_text_of_its_commitment()
    {
        using var payloadKey = System.Security.Cryptography.RSA.Create(2048);
        var sealer = new PayloadSealer(_folder.File("hours"), new ManualTime());
        sealer.UsePayloadKey(payloadKey.ExportSubjectPublicKeyInfo());
        var decision = RecordId.Create(DateTimeOffset.UnixEpoch);
        var draft = RecordDraft.Rent();
        var made = PerRound(() =>
        {
            draft.Dispose();
            draft = RecordDraft.Rent();
            sealer.Seal(draft, decision, PayloadField.Input, "standard", "application/json", Capture.Full, _content);
        });

        Assert.InRange(made, 1, 400); // a string of 44 characters, and what other tests take out of the drafts' pool
    }

    [Fact]
    public void Reading_an_entry_for_the_vault_makes_none()
    {
        var reader = new SealedRecordReader();
        var entry = """
            {"node":"gw","nodeSeq":12,"prev":"","record":{"decision":"01998e7c-0000-7000-8000-000000000001",
            "retention":"standard","subject":"alice","system":"refunds","time":"2026-11-21T12:00:00.250000Z"},
            "seq":3,"stream":"sys:refunds","v":1}
            """u8.ToArray();

        Assert.Equal(0, PerRound(() => reader.Read(entry)));
    }

    /// <summary>Bytes that one round makes, once the first rounds have filled pools and caches.</summary>
    private static long PerRound(Action round)
    {
        for (var i = 0; i < 20; i++)
            round();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
            round();

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}
