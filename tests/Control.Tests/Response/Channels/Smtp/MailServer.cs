using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Provost.Control.Tests.Response.Channels.Smtp;

/// <summary>A mail server on loopback: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, QUIT as RFC 5321 says.</summary>
internal sealed class MailServer : IFarSide
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _taken = [];
    private readonly Task _serving;

    public MailServer(bool offersTls = false, string? greeting = null)
    {
        OffersTls = offersTls;
        Greeting = greeting ?? "220-mail.acme.example\r\n220 ready";
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        _listener.Start();
        _serving = ServeAsync();
    }

    public X509Certificate2 Certificate { get; }

    public bool OffersTls { get; }

    public string Greeting { get; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool Refuses { get; set; }

    public bool Hangs { get; set; }

    /// <summary>Commands as they came, without mails and farewells; <c>(tls)</c> before encrypted ones.</summary>
    public List<string> Commands { get; } = [];

    public IReadOnlyList<string> Taken => _taken;

    public static async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public string Read(string taken)
    {
        var split = taken.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Convert.FromBase64String(taken[(split + 4)..]));
    }

    public void Close() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
        Certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException
                or ObjectDisposedException or InvalidOperationException or System.Security.Authentication
                    .AuthenticationException)
            {
                // A client that leaves, or the end of the test: the next one is served, or nobody.
            }
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }

        var tls = false;
        var lines = new StreamReader(stream, Encoding.UTF8, false, 1);
        await SayAsync(stream, Greeting);
        while (await lines.ReadLineAsync(_stop.Token) is { } line)
        {
            if (line == "QUIT")
            {
                await SayAsync(stream, "221 bye");
                return;
            }

            Commands.Add((tls ? "(tls) " : "") + line);
            if (line == "STARTTLS")
            {
                await SayAsync(stream, "220 go ahead");
                var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsServerAsync(Certificate);
                (stream, tls) = (encrypted, true);
                lines = new StreamReader(stream, Encoding.UTF8, false, 1);
                continue;
            }

            await SayAsync(stream, Answer(line, tls));
            if (line == "DATA" && !Refuses)
            {
                _taken.Add(await ReadMailAsync(lines));
                await SayAsync(stream, "250 2.0.0 queued as 4F1C");
            }
        }
    }

    private string Answer(string line, bool tls) => line.Split(' ')[0] switch
    {
        "EHLO" => OffersTls && !tls
            ? "250-mail.acme.example\r\n250 STARTTLS"
            : "250-mail.acme.example\r\n250-AUTH LOGIN PLAIN\r\n250 8BITMIME",
        "AUTH" => line == "AUTH PLAIN " + Convert.ToBase64String("\0provost\0correct horse"u8)
            ? "235 welcome"
            : "535 no",
        "MAIL" when Refuses => "451 acme.example is busy",
        "DATA" => Refuses ? "554 no" : "354 go on",
        "MAIL" or "RCPT" => "250 ok",
        _ => "500 what?",
    };

    private async Task<string> ReadMailAsync(StreamReader lines)
    {
        var mail = new StringBuilder();
        while (await lines.ReadLineAsync(_stop.Token) is { } line && line != ".")
        {
            mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        return mail.ToString();
    }

    private async Task SayAsync(Stream stream, string line) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), _stop.Token);
}
