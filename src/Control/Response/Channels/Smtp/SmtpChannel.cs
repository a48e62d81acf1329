using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Provost.Control.Response.Channels.Smtp;

/// <summary>
/// Sends a page as mail (RFC 5321, RFC 5322): TLS by <c>smtps</c> or STARTTLS where the server offers it, AUTH PLAIN
/// only over TLS or to the same machine.
/// </summary>
internal sealed class SmtpChannel(SmtpSettings settings, ChannelWires wires, TimeProvider time) : IAlertChannel
{
    public string Id => "smtp";

    public static IAlertChannel Create(ChannelSetup setup, ChannelWires wires, TimeProvider time)
    {
        if (setup.Address.Scheme is not ("smtp" or "smtps"))
        {
            throw new ArgumentException("Mail needs an smtp or smtps address.", nameof(setup));
        }

        if (setup.From is not { } from || !MailText.IsAddress(from))
        {
            throw new ArgumentException("Mail needs a sender address.", nameof(setup));
        }

        var implicitTls = setup.Address.Scheme == "smtps";
        return new SmtpChannel(
            new SmtpSettings
            {
                Host = setup.Address.Host,
                Port = setup.Address.Port > 0 ? setup.Address.Port : implicitTls ? 465 : 25,
                ImplicitTls = implicitTls,
                From = from,
                User = setup.User,
                Password = setup.Secret is { } secret ? Encoding.UTF8.GetString(secret) : null,
            },
            wires, time);
    }

    public async Task<DeliveryOutcome> SendAsync(PageMessage page, Contact to, CancellationToken cancellationToken)
    {
        if (to.Mail is not { } mail || !MailText.IsAddress(mail))
        {
            return new DeliveryOutcome.Failed("no usable mail address is known");
        }

        var now = time.GetUtcNow();
        return await SendAsync(mail, MailText.Write(page, settings.From, mail, to.Name, now), cancellationToken);
    }

    /// <summary>Mails any text; null when it was taken, else why not.</summary>
    public async Task<string?> SendTextAsync(
        string title, string content, string to, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var text = MailText.Write(title, content, Guid.CreateVersion7(now), settings.From, to, to, now);
        return await SendAsync(to, text, cancellationToken) is DeliveryOutcome.Failed failed ? failed.Reason : null;
    }

    private async Task<DeliveryOutcome> SendAsync(string mail, string text, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await wires.ConnectAsync(settings.Host, settings.Port, cancellationToken);
            await using var session = new SmtpSession(stream, settings);
            await session.OpenAsync(cancellationToken);
            var receipt = await session.SendAsync(mail, text, cancellationToken);
            return new DeliveryOutcome.Delivered(DeliveryOutcome.Printable(receipt));
        }
        catch (SmtpRefusedException e)
        {
            return new DeliveryOutcome.Failed(e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            return new DeliveryOutcome.Failed($"not reached ({e.GetType().Name})");
        }
    }
}

/// <summary>Where mail is handed in.</summary>
internal sealed record SmtpSettings
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>TLS from the first byte.</summary>
    public required bool ImplicitTls { get; init; }

    public required string From { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Whom the server's certificate must lead to; null for the machine's own roots.</summary>
    public X509ChainPolicy? Trust { get; init; }
}
