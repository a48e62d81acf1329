using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provost.Control.Access;
using Provost.Control.Access.OpenId;
using Provost.Control.Access.Pipelines;
using Provost.Control.Adoptions;
using Provost.Control.Anchors;
using Provost.Control.Approvals;
using Provost.Control.Custody;
using Provost.Control.Drills;
using Provost.Control.Erasure;
using Provost.Control.Evaluations;
using Provost.Control.Evidence;
using Provost.Control.Exceptions;
using Provost.Control.Gate;
using Provost.Control.Handovers;
using Provost.Control.Holds;
using Provost.Control.Intake.Editions;
using Provost.Control.Notices;
using Provost.Control.Registry;
using Provost.Control.Retention;
using Provost.Control.Reveals;
using Provost.Control.Reviews;
using Provost.Control.Vendors;

namespace Provost.Control.Governance;

/// <summary>
/// How bodies are written and read: camel case, null rather than absent, times with six digits, unknown and repeated
/// members refused. Statements use the gateway's <see cref="Provost.Gateway.Snapshot.SnapshotJson"/>.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    PropertyNameCaseInsensitive = false,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(InstantConverter)])]
[JsonSerializable(typeof(GenesisMade))]
[JsonSerializable(typeof(PersonAdded))]
[JsonSerializable(typeof(RosterChanged))]
[JsonSerializable(typeof(BootstrapReopened))]
[JsonSerializable(typeof(CredentialSet))]
[JsonSerializable(typeof(CredentialEnded))]
[JsonSerializable(typeof(PipelineTrusted))]
[JsonSerializable(typeof(PipelineTrustEnded))]
[JsonSerializable(typeof(PipelineEntered))]
[JsonSerializable(typeof(ChangeAsked))]
[JsonSerializable(typeof(ChangeWithdrawn))]
[JsonSerializable(typeof(IdentityLinked))]
[JsonSerializable(typeof(ServiceTokenMade))]
[JsonSerializable(typeof(SignedInEvent))]
[JsonSerializable(typeof(SignedOut))]
[JsonSerializable(typeof(SignInFailed))]
[JsonSerializable(typeof(SystemApplied))]
[JsonSerializable(typeof(HandoverOffered))]
[JsonSerializable(typeof(OwnershipAccepted))]
[JsonSerializable(typeof(PauseRehearsed))]
[JsonSerializable(typeof(RecordVerified))]
[JsonSerializable(typeof(SystemRetired))]
[JsonSerializable(typeof(ReleaseDrafted))]
[JsonSerializable(typeof(ReleaseSubmitted))]
[JsonSerializable(typeof(ApprovalGiven))]
[JsonSerializable(typeof(RejectionGiven))]
[JsonSerializable(typeof(WarrantIssued))]
[JsonSerializable(typeof(WarrantRevoked))]
[JsonSerializable(typeof(ClientKeyIssued))]
[JsonSerializable(typeof(ClientKeyRevoked))]
[JsonSerializable(typeof(OrderGiven))]
[JsonSerializable(typeof(OrderEnded))]
[JsonSerializable(typeof(CustodyChanged))]
[JsonSerializable(typeof(SnapshotIssued))]
[JsonSerializable(typeof(AnchorChanged))]
[JsonSerializable(typeof(LedgerReset))]
[JsonSerializable(typeof(LogKeyAdded))]
[JsonSerializable(typeof(LogKeyEnded))]
[JsonSerializable(typeof(LedgerExported))]
[JsonSerializable(typeof(ContentRevealed))]
[JsonSerializable(typeof(HoldPlaced))]
[JsonSerializable(typeof(HoldReleaseAsked))]
[JsonSerializable(typeof(HoldReleased))]
[JsonSerializable(typeof(ContentErased))]
[JsonSerializable(typeof(NodeGapFound))]
[JsonSerializable(typeof(NodeHeadSeen))]
[JsonSerializable(typeof(TermEnded))]
[JsonSerializable(typeof(RevealAsked))]
[JsonSerializable(typeof(RevealConfirmed))]
[JsonSerializable(typeof(BulkRevealed))]
[JsonSerializable(typeof(GateAsked))]
[JsonSerializable(typeof(RehearsalBegun))]
[JsonSerializable(typeof(RehearsalEnded))]
[JsonSerializable(typeof(ExceptionAsked))]
[JsonSerializable(typeof(ExceptionGranted))]
[JsonSerializable(typeof(ExceptionEnded))]
[JsonSerializable(typeof(AdoptionSigned))]
[JsonSerializable(typeof(AdoptionConfirmed))]
[JsonSerializable(typeof(AdoptionEnded))]
[JsonSerializable(typeof(NoticeBegun))]
[JsonSerializable(typeof(NoticeTried))]
[JsonSerializable(typeof(ModelSeen))]
[JsonSerializable(typeof(VendorNoticeAdded))]
[JsonSerializable(typeof(VendorNoticeWithdrawn))]
[JsonSerializable(typeof(VendorTermsSet))]
[JsonSerializable(typeof(TaxonomyProposed))]
[JsonSerializable(typeof(TaxonomyApplied))]
[JsonSerializable(typeof(SystemReviewed))]
[JsonSerializable(typeof(DrillBegun))]
[JsonSerializable(typeof(DrillTried))]
[JsonSerializable(typeof(DrillAnswered))]
internal sealed partial class GovernanceJson : JsonSerializerContext;

/// <summary>RFC 3339 in UTC with exactly six digits of the second.</summary>
internal sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>The instant as text.</summary>
    public static string Text(DateTimeOffset value) => value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Cuts what the text form does not hold, so that what is kept equals what is read back.</summary>
    public static DateTimeOffset Whole(DateTimeOffset value) =>
        new(value.UtcTicks - (value.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.TryParse(
            reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant)
            ? instant.ToUniversalTime()
            : throw new JsonException("Not an instant, as 2026-11-21T09:00:00.000000Z.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));
}
