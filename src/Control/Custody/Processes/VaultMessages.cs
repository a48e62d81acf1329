using System.Text.Json.Serialization;
using Provost.Ledger.Vault;

namespace Provost.Control.Custody.Processes;

/// <summary>What the vault's process can be asked, the whole of it.</summary>
internal enum VaultVerb : byte
{
    /// <summary>Whose key do you have, and how far have you come?</summary>
    Hello = 1,

    /// <summary>Keep this hour key of a gateway, sealed as it is.</summary>
    Hour = 2,

    /// <summary>Put payloads under the keys of their subjects; asked in bytes: <see cref="RewrapMessage"/>.</summary>
    Rewrap = 3,

    /// <summary>Open one payload, for a purpose.</summary>
    Open = 4,

    /// <summary>In which groups has this subject a key?</summary>
    Find = 5,

    /// <summary>Which groups are there?</summary>
    List = 6,

    /// <summary>Destroy the keys of a subject, or single payloads.</summary>
    Erase = 7,

    /// <summary>Destroy the keys whose term ended.</summary>
    EndTerm = 8,

    /// <summary>Is anything of these records still to be opened?</summary>
    Gone = 9,
}

/// <param name="Key">SubjectPublicKeyInfo of the payload key.</param>
/// <param name="Through">How many entries of the log have their payloads under subjects' keys.</param>
internal sealed record VaultHello(byte[] Key, long Through);

/// <param name="Id">32 hexadecimal digits, the file's name.</param>
/// <param name="Sealed">The file's bytes: the hour's key under the payload key.</param>
internal sealed record HourAsk(string Id, byte[] Sealed);

internal sealed record FindAsk(string Subject);

/// <summary>The messages' JSON: nothing unknown, nothing twice, nothing missing.</summary>
/// <remarks>By metadata alone: the generated fast path writes an array of bytes that is null as an empty one.</remarks>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNameCaseInsensitive = false,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(VaultHello))]
[JsonSerializable(typeof(HourAsk))]
[JsonSerializable(typeof(RewrapAnswer))]
[JsonSerializable(typeof(OpenRequest))]
[JsonSerializable(typeof(OpenAnswer))]
[JsonSerializable(typeof(FindAsk))]
[JsonSerializable(typeof(IReadOnlyList<KeyGroup>))]
[JsonSerializable(typeof(IReadOnlyList<GroupStatus>))]
[JsonSerializable(typeof(EraseRequest))]
[JsonSerializable(typeof(EndTermRequest))]
[JsonSerializable(typeof(GoneRequest))]
[JsonSerializable(typeof(GoneAnswer))]
[JsonSerializable(typeof(DestroyAnswer))]
internal sealed partial class VaultJson : JsonSerializerContext;
