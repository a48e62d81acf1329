using System.Text.Json.Serialization.Metadata;
using Provost.Control.Governance;

namespace Provost.Control.Vendors;

/// <summary>A model answered a release for the first time under this name and fingerprint.</summary>
public sealed record ModelSeen : IGovernanceBody<ModelSeen>
{
    public static string Verb => "model_seen";

    static JsonTypeInfo<ModelSeen> IGovernanceBody<ModelSeen>.Json => GovernanceJson.Default.ModelSeen;

    public required string System { get; init; }
    public required string Environment { get; init; }
    public required string Release { get; init; }

    /// <summary>As the answer named itself; of a scorer <c>name/version</c>.</summary>
    public required string Model { get; init; }

    /// <summary>As the answer named it, null where it named none.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The first decision that it answered.</summary>
    public required Guid Decision { get; init; }

    /// <summary>Whether the release approves it.</summary>
    public required bool Approved { get; init; }
}

/// <summary>A provider has said that a model ends. From that instant on no call to it is admitted.</summary>
public sealed record VendorNoticeAdded : IGovernanceBody<VendorNoticeAdded>
{
    public static string Verb => "vendor_notice_added";

    static JsonTypeInfo<VendorNoticeAdded> IGovernanceBody<VendorNoticeAdded>.Json =>
        GovernanceJson.Default.VendorNoticeAdded;

    public required Guid Id { get; init; }

    /// <summary>Name of the provider in the platform's settings.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as releases name it.</summary>
    public required string Model { get; init; }

    /// <summary>When the provider ends it.</summary>
    public required DateTimeOffset Shutdown { get; init; }

    /// <summary>Where the provider says so: an https address.</summary>
    public required string Source { get; init; }

    /// <summary>What the provider names in its place; null where it names nothing.</summary>
    public string? Replacement { get; init; }
}

/// <summary>A notice counts no more: it was wrong, or the provider postponed. Signed, because it lets calls pass
/// again.</summary>
public sealed record VendorNoticeWithdrawn : IGovernanceBody<VendorNoticeWithdrawn>
{
    /// <summary>Verb of the signed act.</summary>
    public const string Act = "withdraw_notice";

    public static string Verb => "vendor_notice_withdrawn";

    static JsonTypeInfo<VendorNoticeWithdrawn> IGovernanceBody<VendorNoticeWithdrawn>.Json =>
        GovernanceJson.Default.VendorNoticeWithdrawn;

    public required Guid Notice { get; init; }

    /// <summary>Why, in clear.</summary>
    public required string Basis { get; init; }
}

/// <summary>The terms of a provider, as far as they bear on its models; the last set count.</summary>
public sealed record VendorTermsSet : IGovernanceBody<VendorTermsSet>
{
    public static string Verb => "vendor_terms_set";

    static JsonTypeInfo<VendorTermsSet> IGovernanceBody<VendorTermsSet>.Json => GovernanceJson.Default.VendorTermsSet;

    public required string Provider { get; init; }

    /// <summary>Days between a notice and the end of a model, at least.</summary>
    public required int NoticeDays { get; init; }

    /// <summary>Whether another model under the same contract needs a new approval.</summary>
    public required bool Reapproval { get; init; }

    /// <summary>Who pays for evaluating a replacement: <c>us</c>, <c>provider</c> or <c>shared</c>.</summary>
    public required string Pays { get; init; }

    /// <summary>Whom the provider names for incidents: an https address or the mail address of an office.</summary>
    public required string Contact { get; init; }

    /// <summary>Where the terms stand: a contract's number or an address.</summary>
    public required string Source { get; init; }
}
