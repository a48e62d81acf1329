using System.Security.Cryptography.X509Certificates;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Control.Response;
using Provost.Control.Response.Channels;
using Provost.Control.Response.Channels.Smtp;
using Provost.Testing;

namespace Provost.Control.Tests.Response.Channels.Smtp;

public sealed class SmtpChannelTests : ChannelContract
{
    private static readonly Contact Sam = new("p-sam", "Sam", "sam@acme.example");

    internal override Task<(IFarSide Far, IAlertChannel Channel)> StartAsync()
    {
        var far = new MailServer();
        var channel = ChannelCatalog.Create(
            new ChannelSetup("smtp", new Uri($"smtp://127.0.0.1:{far.Port}"), null, "provost@acme.example", null),
            new ChannelWires(null!, MailServer.ConnectAsync), new ManualTime());
        return Task.FromResult<(IFarSide, IAlertChannel)>((far, channel));
    }

    [Fact]
    public async Task A_hostile_name_of_a_system_opens_no_header_and_ends_no_mail()
    {
        await using var far = new MailServer();
        await Channel(far).SendAsync(Page, Sam with { Name = "Sam\r\nBcc: all@acme.example" }, default);
        var mail = Assert.Single(far.Taken);
        var headers = mail[..mail.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.DoesNotContain("Bcc", headers, StringComparison.Ordinal);
        Assert.Equal(
            ["EHLO provost", "MAIL FROM:<provost@acme.example>", "RCPT TO:<sam@acme.example>", "DATA"],
            far.Commands);
        Assert.Contains("admissions\r\nBcc: everyone", far.Read(mail), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encrypts_where_the_server_offers_it_and_authenticates_only_then()
    {
        await using var far = new MailServer(offersTls: true);
        var outcome = await Channel(far, user: "provost", trusts: far.Certificate).SendAsync(Page, Sam, default);
        Assert.Equal("250 2.0.0 queued as 4F1C", Assert.IsType<DeliveryOutcome.Delivered>(outcome).Receipt);
        Assert.Equal(["EHLO provost", "STARTTLS"], far.Commands.Take(2));
        Assert.StartsWith("(tls) AUTH PLAIN", far.Commands[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_no_mail()
    {
        await using var far = new MailServer(offersTls: true);
        Assert.IsType<DeliveryOutcome.Failed>(await Channel(far, user: "provost").SendAsync(Page, Sam, default));
        Assert.Equal(["EHLO provost", "STARTTLS"], far.Commands);
    }

    [Fact]
    public async Task A_password_does_not_leave_the_machine_in_the_clear()
    {
        await using var far = new MailServer();
        var outcome = await Channel(far, user: "provost", host: "mail.acme.example").SendAsync(Page, Sam, default);
        Assert.Contains("no TLS", Assert.IsType<DeliveryOutcome.Failed>(outcome).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(far.Commands, c => c.Contains("AUTH", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("554 go away")]
    [InlineData("")]
    public async Task A_server_that_speaks_something_else_is_an_outcome(string greeting)
    {
        await using var far = new MailServer(greeting: greeting);
        Assert.IsType<DeliveryOutcome.Failed>(await Channel(far).SendAsync(Page, Sam, default));
    }

    [Theory]
    [InlineData("sam@acme.example", true)]
    [InlineData("sam.o+page@acme.example", true)]
    [InlineData("sam@acme.example>\r\nRCPT TO:<all@acme.example", false)]
    [InlineData("sam@acme.example,all@acme.example", false)]
    [InlineData("sam@@acme.example", false)]
    [InlineData("@acme.example", false)]
    [InlineData("sam@", false)]
    [InlineData("säm@acme.example", false)]
    public void Takes_addresses_that_cannot_break_out(string address, bool usable) =>
        Assert.Equal(usable, MailText.IsAddress(address));

    [Fact]
    public async Task Without_a_usable_address_nothing_is_sent()
    {
        await using var far = new MailServer();
        Assert.IsType<DeliveryOutcome.Failed>(await Channel(far).SendAsync(Page, Sam with { Mail = null }, default));
        Assert.Empty(far.Commands);
    }

    [Fact]
    public void Encoded_words_are_short_and_come_back_for_any_text() => Prop.ForAll(
        Gen.Elements("a", "ö", "漢", "😀", "\r\n", " ", "=?", "\0").ListOf().Select(string.Concat).ToArbitrary(),
        text =>
        {
            var words = MailText.Header(text).Split("\r\n ");
            var plain = words.Length == 1 && !words[0].StartsWith("=?utf-8?B?", StringComparison.Ordinal);
            var back = plain ? words[0] : string.Concat(words.Select(
                w => Encoding.UTF8.GetString(Convert.FromBase64String(w["=?utf-8?B?".Length..^2]))));
            return back == text && words.All(w => w.Length <= 75 && !w.Any(char.IsControl));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_line_that_begins_with_a_dot_survives() =>
        Assert.Equal("..a\r\n..\r\nb.\r\n", MailText.Stuff(".a\r\n.\r\nb.\r\n"));

    private static SmtpChannel Channel(
        MailServer far, string? user = null, X509Certificate2? trusts = null, string host = "localhost")
    {
        var trust = trusts is null ? null : new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        trust?.CustomTrustStore.Add(trusts!);
        return new SmtpChannel(
            new SmtpSettings
            {
                Host = host,
                Port = far.Port,
                ImplicitTls = false,
                From = "provost@acme.example",
                User = user,
                Password = "correct horse",
                Trust = trust,
            },
            new ChannelWires(null!, MailServer.ConnectAsync), new ManualTime());
    }
}
