using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Provost.Ledger.Tree;
using Provost.Ledger.Vault;

namespace Provost.Control.Custody.Processes;

/// <summary>
/// The vault's process: the payload key, the subjects' keys, the gateways' hour keys, its socket, and nothing else.
/// Sealed contents are handed to it one by one, each with what it is opened for.
/// </summary>
internal sealed class VaultHost : IDisposable
{
    private const int IdLength = 32;

    private readonly string _hours;
    private readonly RSA _key;
    private readonly PayloadVault _vault;

    private VaultHost(string folder, TimeProvider time)
    {
        _hours = Path.Combine(folder, "hours");
        Directory.CreateDirectory(_hours, KeyFile.OwnerOnly);
        _key = PayloadKey.Open(folder, isFounded: Directory.Exists(Path.Combine(folder, "keys")));
        _vault = PayloadVault.Open(folder, _hours, _key, time);
    }

    /// <summary>Opens the folder of keys; makes what a new one lacks.</summary>
    /// <param name="folder">Of this user alone.</param>
    /// <param name="time">Clock of keys and hours.</param>
    /// <exception cref="FileNotFoundException">The payload key of a vault that has keys is gone.</exception>
    public static VaultHost Open(string folder, TimeProvider time) => new(folder, time);

    public CustodyAnswer Handle(byte kind, byte[] json) => (VaultVerb)kind switch
    {
        VaultVerb.Hello => Done(
            new VaultHello(_key.ExportSubjectPublicKeyInfo(), _vault.Through), VaultJson.Default.VaultHello),
        VaultVerb.Hour => Keep(Read(json, VaultJson.Default.HourAsk)),
        VaultVerb.Rewrap => Done(
            _vault.Rewrap(RewrapMessage.Read(json)), VaultJson.Default.RewrapAnswer),
        VaultVerb.Open => Done(_vault.Open(Read(json, VaultJson.Default.OpenRequest)), VaultJson.Default.OpenAnswer),
        VaultVerb.Find => Done(
            _vault.Find(Read(json, VaultJson.Default.FindAsk).Subject), VaultJson.Default.IReadOnlyListKeyGroup),
        VaultVerb.List => Done(_vault.List(), VaultJson.Default.IReadOnlyListGroupStatus),
        VaultVerb.Erase => Done(
            _vault.Erase(Read(json, VaultJson.Default.EraseRequest)), VaultJson.Default.DestroyAnswer),
        VaultVerb.EndTerm => Done(
            _vault.EndTerm(Read(json, VaultJson.Default.EndTermRequest)), VaultJson.Default.DestroyAnswer),
        VaultVerb.Gone => Done(_vault.IsGone(Read(json, VaultJson.Default.GoneRequest)), VaultJson.Default.GoneAnswer),
        _ => throw new FormatException($"There is no request {kind}."),
    };

    public void Dispose()
    {
        _vault.Dispose();
        _key.Dispose();
    }

    private CustodyAnswer Keep(HourAsk hour)
    {
        if (hour.Id.Length != IdLength || !hour.Id.All(char.IsAsciiHexDigitLower))
            throw new FormatException("An hour key is named by 32 hexadecimal digits.");

        var path = Path.Combine(_hours, hour.Id);
        if (!File.Exists(path))
            DurableFile.Replace(path, hour.Sealed);

        return new CustodyAnswer(CustodyAnswer.Done, []);
    }

    private static T Read<T>(byte[] json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw new FormatException("A request is null.");

    private static CustodyAnswer Done<T>(T answer, JsonTypeInfo<T> type) =>
        new(CustodyAnswer.Done, JsonSerializer.SerializeToUtf8Bytes(answer, type));
}
