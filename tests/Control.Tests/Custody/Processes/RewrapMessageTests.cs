using Provost.Control.Custody.Processes;
using Provost.Ledger.Records;
using Provost.Ledger.Vault;

namespace Provost.Control.Tests.Custody.Processes;

public sealed class RewrapMessageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly RewrapRequest Request = new(
        [
            Item(7, PayloadField.Input, "refunds", "customer-decision", "c3ViamVjdA==", 105),
            Item(7, PayloadField.Output, "refunds", "customer-decision", "c3ViamVjdA==", 105),
            Item(8, PayloadField.Source, "", null, null, 0),
            Item(long.MaxValue, PayloadField.Features, "Überweisung", "unbound", "jemand", 3),
        ],
        Through: 1L << 40, HoursDone: Noon);

    [Fact]
    public void What_is_written_is_read_again_member_by_member()
    {
        var read = RewrapMessage.Read(RewrapMessage.Write(Request));

        Assert.Equal(Request.Through, read.Through);
        Assert.Equal(Request.HoursDone, read.HoursDone);
        Assert.Equal(Request.Items.Count, read.Items.Count);
        foreach (var (sent, got) in Request.Items.Zip(read.Items))
        {
            Assert.Equal(sent with { Header = default }, got with { Header = default });
            Assert.Equal(sent.Header.ToArray(), got.Header.ToArray());
        }
    }

    [Fact]
    public void A_request_without_items_says_only_how_far()
    {
        var read = RewrapMessage.Read(RewrapMessage.Write(new RewrapRequest([], 9)));

        Assert.Empty(read.Items);
        Assert.Equal(9, read.Through);
        Assert.Null(read.HoursDone);
    }

    [Fact]
    public void One_that_is_cut_anywhere_or_followed_by_anything_is_no_request()
    {
        var message = RewrapMessage.Write(Request);
        for (var length = 0; length < message.Length; length++)
            Assert.Throws<FormatException>(() => RewrapMessage.Read(message[..length]));

        Assert.Throws<FormatException>(() => RewrapMessage.Read([.. message, 0]));
    }

    [Fact]
    public void Any_byte_changed_gives_another_request_or_none_and_nothing_worse()
    {
        var message = RewrapMessage.Write(Request);
        for (var at = 0; at < message.Length; at++)
        {
            foreach (var flip in (byte[])[0x01, 0x80, 0xFF])
            {
                var changed = message.ToArray();
                changed[at] ^= flip;
                try
                {
                    Assert.NotNull(RewrapMessage.Read(changed));
                }
                catch (FormatException)
                {
                    // the one exception that the listener takes for another language than its own
                }
            }
        }
    }

    private static RewrapItem Item(
        long nodeSeq, PayloadField field, string system, string? kind, string? subject, int header) => new()
        {
            Place = new PayloadPlace("gateway-1", nodeSeq),
            Field = field,
            Record = Guid.CreateVersion7(Noon),
            System = system,
            Class = kind,
            Subject = subject,
            Time = Noon,
            Header = Enumerable.Range(0, header).Select(i => (byte)i).ToArray(),
        };
}
