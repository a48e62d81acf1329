namespace Provost.Control.Governance;

/// <summary>A statement for a person to look at and sign: these bytes exactly.</summary>
/// <param name="Payload">Base64.</param>
public sealed record Proposal(string Payload, string PayloadType)
{
    internal static Proposal Of<T>(byte[] payload) =>
        new(Convert.ToBase64String(payload), Provost.Gateway.Warrants.Statement<T>.PayloadType);
}
