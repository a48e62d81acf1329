using System.Collections.Frozen;
using Provost.Control.Response.Channels.Smtp;
using Provost.Control.Response.Channels.Webhook;

namespace Provost.Control.Response.Channels;

/// <summary>One configured channel, its secret already read.</summary>
/// <param name="Kind">A key of the catalog.</param>
/// <param name="Address"><c>https://…</c>, <c>smtp://host:port</c> or <c>smtps://host:port</c>.</param>
/// <param name="Secret">Signing key of a webhook, password of a mail account; null without.</param>
/// <param name="From">Sender of mail.</param>
/// <param name="User">Account of the mail server, null to send without one.</param>
public sealed record ChannelSetup(string Kind, Uri Address, byte[]? Secret, string? From, string? User);

/// <summary>The only ways out that a channel has; both belong to the egress resolver.</summary>
public sealed record ChannelWires(
    HttpMessageInvoker Http, Func<string, int, CancellationToken, ValueTask<Stream>> ConnectAsync);

/// <summary>Every kind of channel this build knows, in alphabetical order.</summary>
public static class ChannelCatalog
{
    private static readonly FrozenDictionary<string, Func<ChannelSetup, ChannelWires, TimeProvider, IAlertChannel>>
        ByKind = new Dictionary<string, Func<ChannelSetup, ChannelWires, TimeProvider, IAlertChannel>>
        {
            ["smtp"] = SmtpChannel.Create,
            ["webhook"] = WebhookChannel.Create,
        }.ToFrozenDictionary();

    /// <exception cref="ArgumentException">Unknown kind, or a setting that the kind needs is missing.</exception>
    public static IAlertChannel Create(ChannelSetup setup, ChannelWires wires, TimeProvider time) =>
        ByKind.TryGetValue(setup.Kind, out var create)
            ? create(setup, wires, time)
            : throw new ArgumentException(
                $"There is no channel {setup.Kind}; known: {string.Join(", ", ByKind.Keys.Order())}.", nameof(setup));
}
