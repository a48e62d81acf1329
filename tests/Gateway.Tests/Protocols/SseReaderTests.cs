using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Protocols;

namespace Provost.Gateway.Tests.Protocols;

public sealed class SseReaderTests
{
    private const string Sample =
        "\uFEFF: hello\r\ndata: one\r\n\r\nevent: x\nid: 7\ndata:two\ndata: three\n\n"
        + "data\n\n\n\rdata: four\r\rdata: [DONE]\n\n";

    private static readonly string[] Expected = ["one", "two\nthree", "", "four", "[DONE]"];

    [Fact]
    public void Reads_every_line_end_comment_and_joined_data() =>
        Assert.Equal(Expected, Read([Encoding.UTF8.GetBytes(Sample)]));

    [Fact]
    public void Reads_the_same_whatever_the_chunking()
    {
        var bytes = Encoding.UTF8.GetBytes(Sample);
        var cuts = Gen.Choose(1, 9).ListOf().ToArbitrary();
        Prop.ForAll(cuts, sizes => Expected.SequenceEqual(Read(Cut(bytes, sizes)))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void An_event_above_the_limit_is_told_not_kept()
    {
        using var reader = new SseReader(maxEventBytes: 100);

        Assert.False(reader.Append(new byte[101]));
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, IEnumerable<int> sizes)
    {
        var at = 0;
        foreach (var size in sizes)
        {
            var take = Math.Min(size, bytes.Length - at);
            yield return bytes[at..(at + take)];
            at += take;
        }

        yield return bytes[at..];
    }

    private static List<string> Read(IEnumerable<byte[]> chunks)
    {
        using var reader = new SseReader(maxEventBytes: 1000);
        var events = new List<string>();
        foreach (var chunk in chunks)
        {
            Assert.True(reader.Append(chunk));
            while (reader.TryRead(out var data))
            {
                events.Add(Encoding.UTF8.GetString(data));
            }
        }

        return events;
    }
}
