using Provost.Ledger.Tree;
using Provost.Testing;

namespace Provost.Ledger.Verification;

/// <summary>Bundles put to both verifiers, ours and the one in Go that shares nothing with it.</summary>
public sealed class SecondBundleTests : IDisposable
{
    private readonly TemporaryFolder _desk = new();

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData("sys:refunds")]
    [InlineData("sys:loans")]
    public async Task Accepts_a_whole_stream(string stream)
    {
        using var log = new SampleLog(300);
        var bundle = await log.ExportAsync(log.Whole(stream) with { Since = 100 });

        Assert.True(BundleVerifier.Verify(new MemoryStream(bundle), log.Trust, previous: null).Ok);
        var verdict = Go(bundle, log.Trust);
        Assert.True(verdict.Ok, verdict.Said);
        Assert.Contains("in 1 streams", verdict.Said);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("passkey", 20)]
    [InlineData("adopted after a pause", 22)]
    public async Task Accepts_what_decisions_stand_on(string signed, int rows)
    {
        using var governed = new GovernedLog(signed);
        var verdict = Go(await governed.ExportAsync(), governed.Trust);

        Assert.True(verdict.Ok, verdict.Said);
        Assert.Contains($"1 warrants, {rows} rows", verdict.Said);
    }

    [Fact]
    public async Task Accepts_variants_of_an_envelope()
    {
        using var governed = new GovernedLog("variant");
        var verdict = Go(await governed.ExportAsync(), governed.Trust);
        Assert.True(verdict.Ok, verdict.Said);
    }

    [Theory]
    [MemberData(nameof(GovernedLog.VariantForge.Forgeries), MemberType = typeof(GovernedLog.VariantForge))]
    public async Task Both_refuse_a_forged_variant(string forged, string because)
    {
        using var governed = new GovernedLog(forged);
        Assert.NotEmpty(because);
        Refused("variant|warrant", await governed.ExportAsync(), governed.Trust);
    }

    [Theory]
    [InlineData("approval", "ana did not sign")]
    [InlineData("key ana", "without its own signature")]
    [InlineData("passkey elsewhere", "ana did not sign")]
    [InlineData("passkey unverified", "ana did not sign")]
    [InlineData("passkey checkout", "no approval from a checkout")]
    [InlineData("unrecorded", "does not record")]
    [InlineData("other system", "something else")]
    [InlineData("quorum", "1 approvals")]
    [InlineData("warrant", "pinned warrant key")]
    [InlineData("environment", "for something else")]
    [InlineData("adopted too long", "too long")]
    [InlineData("adopted by one", "not signed by all")]
    [InlineData("adopted and changed", "did not sign adoption")]
    public async Task Both_refuse_a_forged_act(string forged, string because)
    {
        using var governed = new GovernedLog(forged);
        Refused(because, await governed.ExportAsync(), governed.Trust);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Both_refuse_a_bundle_that_was_changed(string file, string damage, string because)
    {
        using var log = new SampleLog(300);
        var bundle = await log.ExportAsync(log.Whole("sys:refunds"));
        var changed = BundleFiles.Edit(bundle, file, lines => damage switch
        {
            "first out" => lines[1..],
            "middle out" => [.. lines[..40], .. lines[41..]],
            "last out" => lines[..^1],
            "reversed" => [.. lines.Reverse()],
            "twice" => [lines[0], .. lines],
            "edited" when lines.Length > 40 => [.. lines[..40], Edited(lines[40]), .. lines[41..]],
            "edited" => [.. lines[..^1], Edited(lines[^1])],
            "shorter" => [lines[0].Replace("\"last\":98", "\"last\":97")],
            "version" => [lines[0].Replace("provost.bundle/2", "provost.bundle/4")],
            _ => [],
        });
        Refused(because, changed, log.Trust);
    }

    [Fact]
    public async Task Both_accept_contents_that_are_what_was_recorded()
    {
        using var talk = new SampleTalk();
        var bundle = await talk.ExportAsync();

        var report = BundleVerifier.Verify(new MemoryStream(bundle), talk.Trust, previous: null);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, line => line.StartsWith("Each of 4 contents is", StringComparison.Ordinal));
        Assert.DoesNotContain(report.NotChecked, line => line.Contains("leaves only", StringComparison.Ordinal));
        var verdict = Go(bundle, talk.Trust);
        Assert.True(verdict.Ok, verdict.Said);
    }

    [Theory]
    [InlineData("other words", FaultKind.Content, "commits to another")]
    [InlineData("other salt", FaultKind.Content, "commits to another")]
    [InlineData("other place", FaultKind.Content, "commits to another|commits to nothing")]
    [InlineData("other entry", FaultKind.Content, "has no|commits to")]
    [InlineData("nowhere", FaultKind.Content, "has no")]
    [InlineData("one out", FaultKind.Manifest, "signed for 4 contents")]
    [InlineData("twice", FaultKind.Content, "another order")]
    [InlineData("reversed", FaultKind.Content, "another order")]
    [InlineData("cut", FaultKind.Content, "content 4")]
    [InlineData("file out", FaultKind.Container, "contents are here")]
    public async Task Both_refuse_contents_that_are_not(string damage, FaultKind kind, string because)
    {
        using var talk = new SampleTalk();
        var changed = SampleTalk.Damage(await talk.ExportAsync(), damage);

        Assert.Equal(
            kind, BundleVerifier.Verify(new MemoryStream(changed), talk.Trust, previous: null).FirstFault!.Kind);
        Refused(because, changed, talk.Trust);
    }

    [Fact]
    public async Task Any_changed_byte_of_a_bundle_with_contents_is_found()
    {
        using var talk = new SampleTalk();
        var bundle = await talk.ExportAsync();
        var from = System.Text.Encoding.Latin1.GetString(bundle).IndexOf("reveals.jsonl", StringComparison.Ordinal);
        for (var at = from; at < bundle.Length; at++)
        {
            bundle[at] ^= 1;
            Assert.False(
                BundleVerifier.Verify(new MemoryStream(bundle), talk.Trust, previous: null).Ok, $"byte {at}");
            bundle[at] ^= 1;
        }
    }

    /// <summary>What is done to which file, and a word of why the second implementation refuses it.</summary>
    public static TheoryData<string, string, string> Damages => new()
    {
        { "entries.jsonl", "first out", "gap" },
        { "entries.jsonl", "middle out", "gap" },
        { "entries.jsonl", "last out", "gap|copy" },
        { "entries.jsonl", "reversed", "gap|behind" },
        { "entries.jsonl", "twice", "behind" },
        { "entries.jsonl", "edited", "entry|line" },
        { "entries.jsonl", "empty", "gap|copy" },
        { "decisions.csv", "middle out", "copy" },
        { "decisions.csv", "last out", "copy" },
        { "decisions.csv", "edited", "copy" },
        { "decisions.csv", "empty", "copy" },
        { "manifest.json", "shorter", "the log says" },
        { "manifest.json", "version", "version" },
        { "manifest.json", "empty", "manifest" },
        { "manifest.tlog-proof", "last out", "malformed|checkpoint|receipt" },
        { "checkpoint", "edited", "malformed|signature" },
    };

    private static string Edited(string line)
    {
        var characters = line.ToCharArray();
        characters[^40] = characters[^40] == 'A' ? 'B' : 'A';
        return new string(characters);
    }

    private void Refused(string because, byte[] bundle, TrustFile trust)
    {
        Assert.False(BundleVerifier.Verify(new MemoryStream(bundle), trust, previous: null).Ok);
        var verdict = Go(bundle, trust);
        Assert.False(verdict.Ok, verdict.Said);
        Assert.True(because.Split('|').Any(verdict.Said.Contains), verdict.Said);
    }

    private GoVerdict Go(byte[] bundle, TrustFile trust)
    {
        File.WriteAllBytes(_desk.File("bundle.zip"), bundle);
        File.WriteAllBytes(_desk.File("trust.json"), trust.ToBytes());
        return GoVerifier.Run("bundle", "--trust", _desk.File("trust.json"), _desk.File("bundle.zip"));
    }
}
