using System.Text;
using Provost.Ledger.Records;

namespace Provost.Ledger.Vault;

public sealed class SealedRecordTests
{
    private static readonly Guid Decision = Guid.Parse("01998e7c-0000-7000-8000-000000000001");
    private static readonly Guid Own = Guid.Parse("01998e7c-0000-7000-8000-000000000002");

    [Fact]
    public void A_decision_is_named_by_its_decision_with_system_class_subject_and_time()
    {
        var read = Read($$"""
            {"body":{"subject":"not this one","system":"nor this"},"decision":"{{Decision}}","id":"{{Own}}",
            "retention":"customer-decision","subject":"alice","system":"refunds","time":"2026-11-21T12:00:00.250000Z"}
            """);

        Assert.Equal(
            new SealedRecord(
                "gw", 12, Decision, "refunds", "customer-decision", "alice",
                new DateTimeOffset(2026, 11, 21, 12, 0, 0, 250, TimeSpan.Zero)),
            read);
    }

    [Fact]
    public void Another_record_is_named_by_its_own_id_and_what_is_null_or_lacking_is_null()
    {
        var read = Read($$"""{"id":"{{Own}}","subject":null,"time":"2026-11-21T12:00:00.000000Z"}""");

        Assert.Equal(Own, read.Record);
        Assert.Null(read.Subject);
        Assert.Null(read.System);
        Assert.Null(read.Class);
    }

    [Fact]
    public void Texts_that_alternate_and_texts_with_escapes_are_told_apart()
    {
        var reader = new SealedRecordReader();
        foreach (var subject in new[] { "a", "b", "a", "a\\u0041", "aA", "b" })
        {
            var read = reader.Read(Entry($$"""
                {"id":"{{Own}}","subject":"{{subject}}","time":"2026-11-21T12:00:00.000000Z"}
                """));

            Assert.Equal(subject.Replace("\\u0041", "A", StringComparison.Ordinal), read.Subject);
        }
    }

    [Theory]
    [InlineData("""{"node":"gw","nodeSeq":1,"record":{"id":"x"},"v":1}""")]
    [InlineData("""{"node":"gw","nodeSeq":1,"v":1}""")]
    [InlineData("""{"node":"gw","nodeSeq":1,""")]
    [InlineData("[]")]
    public void What_is_no_entry_is_refused(string entry)
    {
        Assert.Throws<FormatException>(() => new SealedRecordReader().Read(Encoding.UTF8.GetBytes(entry)));
    }

    [Fact]
    public void An_entry_of_another_version_is_refused()
    {
        var record = $$"""{"id":"{{Own}}","time":"2026-11-21T12:00:00.000000Z"}""";
        var entry = Encoding.UTF8.GetString(Entry(record)).Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal);

        Assert.Throws<FormatException>(() => new SealedRecordReader().Read(Encoding.UTF8.GetBytes(entry)));
    }

    private static SealedRecord Read(string record) => new SealedRecordReader().Read(Entry(record));

    private static byte[] Entry(string record) => Encoding.UTF8.GetBytes(
        $$"""{"node":"gw","nodeSeq":12,"prev":"","record":{{record}},"seq":3,"stream":"sys:refunds","v":1}""");
}
