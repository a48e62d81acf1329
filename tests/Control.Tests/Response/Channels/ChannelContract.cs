using Provost.Control.Incidents;
using Provost.Control.Response;
using Provost.Control.Response.Channels;

namespace Provost.Control.Tests.Response.Channels;

/// <summary>The far side of a channel, speaking its real protocol on loopback.</summary>
internal interface IFarSide : IAsyncDisposable
{
    /// <summary>Says no to everything while true.</summary>
    bool Refuses { set; }

    /// <summary>Takes connections and never answers while true.</summary>
    bool Hangs { set; }

    /// <summary>Each delivery as it stood on the wire.</summary>
    IReadOnlyList<string> Taken { get; }

    /// <summary>What a delivery says to a person, decoded.</summary>
    string Read(string taken);

    /// <summary>The address is closed from here on.</summary>
    void Close();
}

/// <summary>What every channel promises: an outcome for all the far side does, nothing but the page.</summary>
public abstract class ChannelContract
{
    private static readonly Contact To = new("p-sam", "Sam Ödegård", "sam@acme.example");

    internal static PageMessage Page { get; } = new()
    {
        Page = new Guid(7, 0, 0, new byte[8]),
        Incident = new Guid(8, 0, 0, new byte[8]),
        Purpose = PagePurpose.Alert,
        System = "admissions\r\nBcc: everyone@acme.example\r\n.\r\nQUIT",
        Environment = "prüfung",
        Role = "technical",
        Since = new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero),
        Findings = [new PageFinding("drift of gre", 0.3m, 0.0636m, 150, ".gre at most 2.5: 40 %, approved 20 %")],
        Done = ["fallback: the input moved; confirmed by gateway-1"],
        SystemLink = new Uri("https://provost.acme.example/systems/admissions"),
        IncidentLink = new Uri("https://provost.acme.example/incidents/8"),
        AcknowledgeLink = new Uri("https://provost.acme.example/ack/token-of-this-page"),
    };

    internal abstract Task<(IFarSide Far, IAlertChannel Channel)> StartAsync();

    [Fact]
    public async Task Delivers_what_a_person_needs_and_brings_back_a_receipt()
    {
        var (far, channel) = await StartAsync();
        await using (far)
        {
            var outcome = await channel.SendAsync(Page, To, CancellationToken.None);
            Assert.NotEmpty(Assert.IsType<DeliveryOutcome.Delivered>(outcome).Receipt);
            var said = far.Read(Assert.Single(far.Taken));
            Assert.All(
                new[] { "drift of gre", "0.3", "0.0636", "fallback", "ack/token-of-this-page", "prüfung", "technical" },
                part => Assert.Contains(part, said, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_refusal_is_an_outcome_and_the_next_attempt_is_the_same_page()
    {
        var (far, channel) = await StartAsync();
        await using (far)
        {
            far.Refuses = true;
            var refused = Assert.IsType<DeliveryOutcome.Failed>(
                await channel.SendAsync(Page, To, CancellationToken.None));
            Assert.DoesNotContain("acme", refused.Reason, StringComparison.Ordinal);
            far.Refuses = false;
            Assert.IsType<DeliveryOutcome.Delivered>(await channel.SendAsync(Page, To, CancellationToken.None));
            Assert.Contains(Page.Page.ToString(), far.Taken[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_far_side_that_is_not_there_is_an_outcome()
    {
        var (far, channel) = await StartAsync();
        await using (far)
        {
            far.Close();
            Assert.IsType<DeliveryOutcome.Failed>(await channel.SendAsync(Page, To, CancellationToken.None));
        }
    }

    [Fact]
    public async Task A_far_side_that_never_answers_is_left_when_the_time_is_over()
    {
        var (far, channel) = await StartAsync();
        await using (far)
        {
            far.Hangs = true;
            using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => channel.SendAsync(Page, To, late.Token));
        }
    }

    [Fact]
    public void Settings_that_cannot_work_are_refused_at_start()
    {
        var setup = new ChannelSetup("pigeon", new Uri("https://acme.example"), null, null, null);
        var wires = new ChannelWires(null!, null!);
        Assert.Contains("smtp, webhook", Assert.Throws<ArgumentException>(
            () => ChannelCatalog.Create(setup, wires, TimeProvider.System)).Message, StringComparison.Ordinal);
    }
}
