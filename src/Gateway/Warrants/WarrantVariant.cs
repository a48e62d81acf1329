using Provost.Gateway.Envelopes;

namespace Provost.Gateway.Warrants;

/// <summary>
/// Why a warrant carries no approvals of its own: its release is a variant within an envelope that persons approved.
/// </summary>
public sealed record WarrantVariant
{
    /// <summary>The warrant with the envelope. It ends this one when it ends.</summary>
    public required Guid Warrant { get; init; }

    /// <summary>The release with the envelope: digest.</summary>
    public required string Origin { get; init; }

    /// <summary>The test by the server.</summary>
    public required Guid Test { get; init; }

    /// <summary>Digest of the test's signed result, as its entry in the log carries it.</summary>
    public required string Evidence { get; init; }

    /// <summary>Every measure that the envelope asks for, as the test found it.</summary>
    public required IReadOnlyList<VariantMeasure> Measures { get; init; }

    /// <summary>All that differs from the release with the envelope, beside version and parent.</summary>
    public required IReadOnlyList<VariantChange> Changes { get; init; }

    /// <summary>Person id of who put it forward; nobody who approved anything.</summary>
    public required string By { get; init; }

    /// <summary>The how-maniest variant of its day, from 1.</summary>
    public required int Number { get; init; }
}

/// <summary>Decimals are texts in statements.</summary>
/// <param name="Minimum">What the envelope asks.</param>
public sealed record VariantMeasure(string Name, string Value, string Minimum);
