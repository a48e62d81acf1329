using System.Text;
using Microsoft.Extensions.Logging;
using Provost.Control.Anchors;
using Provost.Control.Governance;
using Provost.Control.Response.Channels;
using Provost.Gateway.Routing;

namespace Provost.Server.Start;

/// <summary>Makes the anchors of the settings; mail leaves by a channel, so through the egress resolver.</summary>
internal static class AnchorWiring
{
    /// <summary>What is wrong with the anchors of the settings; null when nothing is.</summary>
    public static string? Fault(PlatformFile platform, string data) => platform.Anchors?
        .Select(a => a.Value.Fault(a.Key, data, name => platform.Channels?.GetValueOrDefault(name)?.Kind))
        .FirstOrDefault(fault => fault is not null);

    /// <summary>The keeper of all anchors.</summary>
    /// <param name="note">The newest signed checkpoint; null before the first.</param>
    public static AnchorKeeper Keeper(
        PlatformFile platform, string data, EgressResolver egress, Func<byte[]?> note, GovernanceLog log,
        TimeProvider time, ILoggerFactory logs)
    {
        var wires = new ChannelWires(egress.CreateInvoker(TimeSpan.FromSeconds(5)), egress.ConnectAsync);
        IAlertChannel Channel(string name)
        {
            var c = platform.Channels![name];
            var secret = c.Secret is { } reference ? Encoding.UTF8.GetBytes(SecretReference.Read(reference)) : null;
            return ChannelCatalog.Create(new ChannelSetup(c.Kind, c.Address, secret, c.From, c.User), wires, time);
        }

        return new AnchorKeeper(
            Path.Combine(data, "anchors.json"),
            [.. (platform.Anchors ?? new Dictionary<string, AnchorSettings>())
                .Select(a => (a.Key, a.Value, a.Value.Create(Channel)))],
            note, log, time, logs.CreateLogger<AnchorKeeper>());
    }
}
