using System.Security.Cryptography;
using System.Text.Json;
using Provost.Control.Governance;
using Provost.Ledger.Statements;
using Provost.Ledger.Tree;

namespace Provost.Control.Custody.Processes;

/// <summary>What the signer's memory holds on disk.</summary>
/// <param name="V">1.</param>
/// <param name="Epoch">Highest epoch signed.</param>
/// <param name="Position">Position of the last governance entry ever learned, -1 for none.</param>
/// <param name="Chain">Running hash over the entries up to it, hexadecimal.</param>
/// <param name="Reset">Nonce of the last reset by the root key; null before the first.</param>
internal sealed record SignerRecord(int V, long Epoch, long Position, string Chain, string? Reset = null);

/// <summary>
/// The signer's own view of the gov stream and what it never forgets of it: how far it has learned, as a running hash,
/// and the highest epoch. A restart is handed everything again, and what does not hash to the same is another history.
/// </summary>
/// <remarks>The hash: SHA-256(hash before ‖ canonical JSON of the entry without its reason), from 32 zeros.</remarks>
internal sealed class SignerMemory
{
    private readonly string _path;
    private SignerRecord _record;
    private byte[] _chain = new byte[SHA256.HashSizeInBytes];

    private SignerMemory(string path, SignerRecord record) => (_path, _record) = (path, record);

    public GovernanceState State { get; private set; } = GovernanceState.Empty;

    public long Epoch => _record.Epoch;

    /// <summary>Whether as much was handed over as was ever learned: before that nothing is signed.</summary>
    public bool IsCaughtUp => State.Position >= _record.Position;

    /// <summary>Whether an entry was ever learned.</summary>
    public bool HasLearned => _record.Position >= 0;

    /// <summary>Nonce of the last reset that was carried out.</summary>
    public string? LastReset => _record.Reset;

    /// <summary>The running hash over a governance, hexadecimal.</summary>
    public static string ChainOf(IEnumerable<GovernanceEntry> entries) => Convert.ToHexStringLower(
        entries.Aggregate(new byte[SHA256.HashSizeInBytes], Link));

    /// <summary>Begins again at what the root key says: nothing is learned yet, and what will be must hash to that.
    /// Durable when it returns.</summary>
    /// <param name="path">Of the memory.</param>
    /// <param name="known">What is still remembered; null where it is lost.</param>
    /// <param name="reset">Whose signature was checked.</param>
    /// <param name="nonce">Of its statement.</param>
    public static SignerMemory Begin(string path, SignerMemory? known, LedgerReset reset, string nonce)
    {
        var record = new SignerRecord(
            1, Math.Max(known?.Epoch ?? -1, reset.Epoch), reset.Position, reset.Chain, nonce);
        var memory = new SignerMemory(path, record);
        memory.Save(record);
        return memory;
    }

    /// <summary>Begins the memory of a new signer.</summary>
    public static SignerMemory Create(string path)
    {
        var memory = new SignerMemory(path, new SignerRecord(1, -1, -1, new string('0', 64)));
        memory.Save(memory._record);
        return memory;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static SignerMemory Open(string path)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), CustodyJson.Default.SignerRecord);
            return record is { V: 1 }
                ? new SignerMemory(path, record)
                : throw new InvalidDataException($"{path} is of a version that this program does not know.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"{path} is broken: {broken.Message}", broken);
        }
    }

    /// <summary>Folds further entries; durable when it returns. False when they are not the history learned before:
    /// nothing of them is kept then.</summary>
    public bool Learn(IReadOnlyList<GovernanceEntry> entries)
    {
        var (state, chain) = (State, _chain);
        foreach (var entry in entries)
        {
            if (entry.Position <= state.Position)
                return false;

            // what was learned ends inside a gap of this history: an entry is missing from it
            if (state.Position < _record.Position && entry.Position > _record.Position)
                return false;

            chain = Link(chain, entry);
            var next = state.Apply(entry);
            state = next.Fault is null ? next.Value : state.Reached(entry);
            if (state.Position == _record.Position && Convert.ToHexStringLower(chain) != _record.Chain)
                return false;
        }

        if (state.Position > _record.Position)
            Save(_record with { Position = state.Position, Chain = Convert.ToHexStringLower(chain) });

        (State, _chain) = (state, chain);
        return true;
    }

    /// <summary>Raises the highest epoch; durable when it returns.</summary>
    public void Raise(long epoch) => Save(_record with { Epoch = epoch });

    private static byte[] Link(byte[] chain, GovernanceEntry entry)
    {
        var bytes = CanonicalJson.From(JsonSerializer.SerializeToElement(
            entry with { Reason = null }, CustodyJson.Default.GovernanceEntry));
        return SHA256.HashData([.. chain, .. bytes]);
    }

    private void Save(SignerRecord record)
    {
        DurableFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(record, CustodyJson.Default.SignerRecord));
        _record = record;
    }
}
