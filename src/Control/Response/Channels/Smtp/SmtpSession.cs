using System.Net;
using System.Net.Security;
using System.Text;

namespace Provost.Control.Response.Channels.Smtp;

/// <summary>The server said no, or spoke something else than SMTP; the message holds its code, not its words.</summary>
internal sealed class SmtpRefusedException(string message) : Exception(message);

/// <summary>One conversation with a mail server, for one mail. Commands wait for replies: no pipelining.</summary>
internal sealed class SmtpSession(Stream connection, SmtpSettings settings) : IAsyncDisposable
{
    private const int LongestReply = 64 * 1024;
    private const string Us = "provost";
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = connection;
    private SslStream? _tls;
    private int _start;
    private int _end;

    /// <summary>Greets, encrypts where possible and authenticates where an account is set.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (settings.ImplicitTls)
        {
            await EncryptAsync(cancellationToken);
        }

        Expect(await ReadReplyAsync(cancellationToken), 220, "greeting");
        var offers = await HelloAsync(cancellationToken);
        if (_tls is null && Offers(offers, "STARTTLS"))
        {
            Expect(await AskAsync("STARTTLS", cancellationToken), 220, "STARTTLS");
            if (_start != _end)
            {
                // Bytes that came before the handshake would be taken for an encrypted reply.
                throw new SmtpRefusedException("the server spoke before TLS");
            }

            await EncryptAsync(cancellationToken);
            offers = await HelloAsync(cancellationToken);
        }

        if (settings.User is { } user)
        {
            await AuthenticateAsync(user, offers, cancellationToken);
        }
    }

    /// <summary>Hands one mail in; gives the server's last line, which names it.</summary>
    /// <param name="message">Header and body with CRLF line ends.</param>
    public async Task<string> SendAsync(string to, string message, CancellationToken cancellationToken)
    {
        Expect(await AskAsync($"MAIL FROM:<{settings.From}>", cancellationToken), 250, "MAIL");
        Expect(await AskAsync($"RCPT TO:<{to}>", cancellationToken), 250, "RCPT");
        Expect(await AskAsync("DATA", cancellationToken), 354, "DATA");
        var taken = await AskAsync(MailText.Stuff(message) + ".", cancellationToken);
        Expect(taken, 250, "the mail");
        try
        {
            await WriteAsync("QUIT", cancellationToken);
        }
        catch (IOException)
        {
            // The mail is taken; a server that hangs up first changes nothing about that.
        }

        return taken.Text;
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    private async Task<string[]> HelloAsync(CancellationToken cancellationToken)
    {
        var reply = await AskAsync($"EHLO {Us}", cancellationToken);
        Expect(reply, 250, "EHLO");
        return reply.Lines;
    }

    private async Task AuthenticateAsync(string user, string[] offers, CancellationToken cancellationToken)
    {
        var sameMachine = settings.Host == "localhost"
            || (IPAddress.TryParse(settings.Host, out var address) && IPAddress.IsLoopback(address));
        if (_tls is null && !sameMachine)
        {
            throw new SmtpRefusedException("the server offers no TLS; a password is not sent in the clear");
        }

        if (!offers.Any(o => o.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase)
            && o.Split(' ').Contains("PLAIN", StringComparer.OrdinalIgnoreCase)))
        {
            throw new SmtpRefusedException("the server offers no AUTH PLAIN");
        }

        var proof = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{settings.Password}"));
        Expect(await AskAsync($"AUTH PLAIN {proof}", cancellationToken), 235, "AUTH");
    }

    private async Task EncryptAsync(CancellationToken cancellationToken)
    {
        _tls = new SslStream(_stream, leaveInnerStreamOpen: true);
        await _tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = settings.Host,
                CertificateChainPolicy = settings.Trust,
            },
            cancellationToken);
        _stream = _tls;
    }

    private async Task<Reply> AskAsync(string line, CancellationToken cancellationToken)
    {
        await WriteAsync(line, cancellationToken);
        return await ReadReplyAsync(cancellationToken);
    }

    private async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
    }

    /// <summary>A reply is lines <c>250-more</c> up to <c>250 last</c>, all of one code.</summary>
    private async Task<Reply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var length = 0;
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken);
            length += line.Length;
            if (line.Length < 3 || length > LongestReply || !int.TryParse(line.AsSpan(0, 3), out var code))
            {
                throw new SmtpRefusedException("the server does not speak SMTP");
            }

            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-')
            {
                return new Reply(code, [.. lines]);
            }
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_buffer, cancellationToken);
                if (_end == 0)
                {
                    throw new IOException("The mail server closed the connection.");
                }
            }

            var next = (char)_buffer[_start++];
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            if (line.Length >= LongestReply)
            {
                throw new SmtpRefusedException("the server does not speak SMTP");
            }

            line.Append(next);
        }
    }

    private static bool Offers(string[] offers, string word) => offers.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static void Expect(Reply reply, int code, string what)
    {
        if (reply.Code != code)
        {
            throw new SmtpRefusedException($"the server answered {reply.Code} to {what}");
        }
    }

    private sealed record Reply(int Code, string[] Lines)
    {
        public string Text => $"{Code} {Lines[^1]}";
    }
}
