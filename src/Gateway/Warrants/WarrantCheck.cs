using System.Text.Json;
using Provost.Gateway.Snapshot;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Warrants;

/// <summary>
/// Checks a warrant again where it is enforced: signed by a pinned warrant key, about the release and terms it names,
/// and
/// carrying approvals of exactly that by persons whose keys the roster holds. Whether they may approve was the signer's
/// question; whether they did is asked here.
/// </summary>
public sealed class WarrantCheck(IReadOnlyList<Ed25519PublicKey> warrantKeys, IReadOnlyList<SnapshotPerson> roster)
{
    /// <summary>The warrant, or in <paramref name="fault"/> what is wrong with it. One that says it is a variant has no
    /// approvals: <see cref="VariantCheck"/> holds it against the warrant that it names.</summary>
    public WarrantPredicate? Check(JsonElement json, string org, out string? fault)
    {
        try
        {
            var warrant = Signed(json, warrantKeys, org, out fault);
            if (warrant is { Variant: null })
                fault = ApprovalFault(warrant);

            return fault is null ? warrant : null;
        }
        catch (Exception broken) when (IsUnreadable(broken))
        {
            fault = $"a warrant cannot be read: {broken.Message}";
            return null;
        }
    }

    /// <summary>
    /// The warrant by its own signature, about what it names; the approvals in it are the signer's word, since nobody
    /// is at hand who knows the persons' keys. Null with the fault.
    /// </summary>
    public static WarrantPredicate? CheckSignature(
        JsonElement json, IReadOnlyList<Ed25519PublicKey> warrantKeys, string org, out string? fault)
    {
        try
        {
            return Signed(json, warrantKeys, org, out fault);
        }
        catch (Exception broken) when (IsUnreadable(broken))
        {
            fault = $"a warrant cannot be read: {broken.Message}";
            return null;
        }
    }

    /// <summary>What a warrant says of itself, believed by nobody: to name a refused one. Null when it cannot be
    /// read.</summary>
    internal static WarrantPredicate? Claims(JsonElement json)
    {
        try
        {
            return Payload(Dsse.Read(json), SnapshotJson.Default.StatementWarrantPredicate).Predicate;
        }
        catch (Exception broken) when (IsUnreadable(broken))
        {
            return null;
        }
    }

    private static WarrantPredicate? Signed(
        JsonElement json, IReadOnlyList<Ed25519PublicKey> warrantKeys, string org, out string? fault)
    {
        var envelope = Dsse.Read(json);
        if (!warrantKeys.Any(envelope.IsSignedBy))
        {
            fault = "a warrant is not signed by a pinned warrant key";
            return null;
        }

        var statement = Payload(envelope, SnapshotJson.Default.StatementWarrantPredicate);
        var warrant = statement.Predicate;
        if (ExperimentalLane.LastsTooLong(warrant))
        {
            fault = $"warrant {warrant.Id} lasts longer than the experimental lane allows";
            return null;
        }

        fault = statement.PredicateType != PredicateTypes.Warrant || warrant.Org != org
                || !IsAbout(statement.Subject, warrant.Release, warrant.Terms)
            ? $"warrant {warrant.Id} is about something else than it names"
            : null;
        return fault is null ? warrant : null;
    }

    // ArgumentException: a key of the roster that is none. InvalidOperationException: JSON of another kind.
    private static bool IsUnreadable(Exception broken) =>
        broken is FormatException or JsonException or ArgumentException or InvalidOperationException;

    private string? ApprovalFault(WarrantPredicate warrant)
    {
        var persons = new HashSet<string>();
        var needsCheckout = DigestOrigin.NeedsCheckout(warrant.Tier);
        foreach (var json in warrant.Approvals)
        {
            var envelope = Dsse.Read(json);
            var statement = Payload(envelope, SnapshotJson.Default.StatementApprovalPredicate);
            var approval = statement.Predicate;
            if (statement.PredicateType != PredicateTypes.Approval || !IsSame(approval, warrant)
                || !IsAbout(statement.Subject, warrant.Release, warrant.Terms))
            {
                return $"warrant {warrant.Id} carries an approval of something else";
            }

            var signers = roster.Where(p => p.Person == approval.Person).SelectMany(p => p.Keys).Select(k => k.Read())
                .Where(envelope.IsSignedBy).ToList();
            if (signers.Count == 0)
            {
                return $"warrant {warrant.Id} carries an approval that {approval.Person} did not sign";
            }

            if (!ApprovalCondition.AreKept(approval.Conditions, warrant.Conditions, warrant.NotAfter))
            {
                return $"warrant {warrant.Id} leaves out a condition that {approval.Person} signed";
            }

            persons.Add(approval.Person);
            // a browser computes no digest: only who signed with a key file can have had a checkout
            needsCheckout &= approval.DigestFrom != DigestOrigin.Checkout
                || !signers.Exists(k => k is Ed25519PublicKey);
        }

        if (needsCheckout)
        {
            return $"warrant {warrant.Id} has no approval from a checkout; tier {warrant.Tier} needs one";
        }

        var quorum = SigningQuorum.Persons(warrant.Tier, warrant.Environment);
        return persons.Count >= quorum
            ? null
            : $"warrant {warrant.Id} has {persons.Count} approvals; tier {warrant.Tier} needs {quorum}";
    }

    private static bool IsSame(ApprovalPredicate approval, WarrantPredicate warrant) =>
        approval.Org == warrant.Org && approval.Environment == warrant.Environment
        && approval.System == warrant.System && approval.Release == warrant.Release
        && approval.Terms == warrant.Terms && approval.Tier == warrant.Tier && approval.Taxonomy == warrant.Taxonomy;

    private static bool IsAbout(IReadOnlyList<StatementSubject> subject, string release, string terms) =>
        Has(subject, StatementSubject.Release, release) && Has(subject, StatementSubject.Terms, terms);

    private static bool Has(IReadOnlyList<StatementSubject> subject, string name, string digest) =>
        subject.Any(s => s is not null && s.Name == name && digest == "sha256:" + s.Digest.Sha256);

    private static Statement<T> Payload<T>(
        Envelope envelope, System.Text.Json.Serialization.Metadata.JsonTypeInfo<Statement<T>> type) =>
        envelope.PayloadType == Statement<T>.PayloadType
            ? JsonSerializer.Deserialize(envelope.Payload, type) ?? throw new FormatException("a statement is null")
            : throw new FormatException($"a statement of type {envelope.PayloadType}");
}
