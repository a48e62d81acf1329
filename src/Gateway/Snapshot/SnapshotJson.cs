using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Gateway.Warrants;

namespace Provost.Gateway.Snapshot;

/// <summary>
/// The JSON of snapshots and of statements' payloads: camel case, nothing unknown, nothing twice, nothing missing.
/// Control
/// writes with it, the gateway reads with it.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SnapshotDocument))]
[JsonSerializable(typeof(Tightening))]
[JsonSerializable(typeof(Statement<ApprovalPredicate>))]
[JsonSerializable(typeof(ExceptionContent))]
[JsonSerializable(typeof(AdoptionContent))]
[JsonSerializable(typeof(Statement<ActPredicate>))]
[JsonSerializable(typeof(Statement<WarrantPredicate>))]
public sealed partial class SnapshotJson : JsonSerializerContext;
