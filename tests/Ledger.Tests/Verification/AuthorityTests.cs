namespace Provost.Ledger.Verification;

/// <summary>Who may have a warrant, as the verifier sees it: from the bundle and the pinned keys alone.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public async Task Follows_decisions_to_the_signatures_of_persons_and_the_pinned_keys()
    {
        using var governed = new GovernedLog();
        var report = Verify(await governed.ExportAsync(), governed.Trust);

        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, s => s.StartsWith("20 entries stand on 1 warrant, signed by the pinned"));
        Assert.Contains(report.Checked, s => s.Contains("2 persons signed"));
        Assert.Contains(report.Checked, s => s == "They ran under 1 snapshot that the log issued.");
        Assert.Contains(report.NotChecked, s => s.Contains("no revocation was left out"));
    }

    /// <summary>The log is committed and its proofs are right: only what persons and keys signed can tell.</summary>
    [Theory]
    [InlineData("genesis", "not signed by the pinned root key")]
    [InlineData("root ana", "claims the root key")]
    [InlineData("key ana", "without its own signature")]
    [InlineData("roles by one", "1 signatures of the two")]
    [InlineData("deactivated", "ana did not sign this approval")]
    [InlineData("approval", "ana did not sign this approval")]
    [InlineData("unrecorded", "an approval of ana that the log does not record")]
    [InlineData("other system", "an approval of something else")]
    [InlineData("quorum", "1 approvals; tier high needs 2")]
    [InlineData("twice", "1 approvals; tier high needs 2")]
    [InlineData("one in prod-eu", "1 approvals; tier minimal needs 2")]
    [InlineData("no checkout", "no approval from a checkout")]
    [InlineData("passkey elsewhere", "ana did not sign this approval")]
    [InlineData("passkey unverified", "ana did not sign this approval")]
    [InlineData("passkey checkout", "no approval from a checkout")]
    [InlineData("no owner", "lacks the approval of an owner")]
    [InlineData("no approver", "or of a second person with role approver")]
    [InlineData("warrant", "not signed by a pinned warrant key")]
    [InlineData("subject", "about something else than it names")]
    [InlineData("environment", "is for something else")]
    [InlineData("snapshot", "another snapshot of epoch 7")]
    [InlineData("epoch", "a snapshot of epoch 8")]
    public async Task Names_the_forged_act(string forged, string says)
    {
        using var governed = new GovernedLog(forged);
        var fault = Verify(await governed.ExportAsync(), governed.Trust).FirstFault!;

        Assert.Equal(FaultKind.Authority, fault.Kind);
        Assert.Contains(says, fault.Message);
        Assert.NotNull(fault.Index);
    }

    [Fact]
    public async Task Follows_a_variant_to_its_envelope_and_its_test()
    {
        using var governed = new GovernedLog("variant");
        var report = Verify(await governed.ExportAsync(), governed.Trust);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, s => s.StartsWith("2 warrants of these stand in an envelope"));
        Assert.Contains(report.NotChecked, s => s.Contains("gateways compare the documents"));
    }

    [Theory]
    [MemberData(nameof(GovernedLog.VariantForge.Forgeries), MemberType = typeof(GovernedLog.VariantForge))]
    public async Task Names_what_is_wrong_with_a_variant(string forged, string says)
    {
        using var governed = new GovernedLog(forged);
        var fault = Verify(await governed.ExportAsync(), governed.Trust).FirstFault;
        Assert.True(fault is { Kind: FaultKind.Authority }, forged);
        Assert.Contains(says, fault.Message);
    }

    [Fact]
    public async Task Follows_an_approval_that_a_passkey_signed()
    {
        using var governed = new GovernedLog("passkey");
        var report = Verify(await governed.ExportAsync(), governed.Trust);
        Assert.True(report.Ok, report.FirstFault?.Message);
    }

    [Theory]
    [InlineData("adopted")]
    [InlineData("adopted after a pause")]
    public async Task Follows_what_passed_ungoverned_to_the_persons_who_signed_for_it(string adopted)
    {
        using var governed = new GovernedLog(adopted);
        var report = Verify(await governed.ExportAsync(), governed.Trust);
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(
            report.Checked, s => s.StartsWith("2 entries passed UNGOVERNED") && s.Contains("2 adoptions")
                && s.Contains("2 persons"));
        Assert.Contains(report.NotChecked, s => s.Contains("an owner of the system"));
    }

    [Theory]
    [InlineData("adopted too long", "longer than 30 days")]
    [InlineData("adopted anew", "does not say that it goes on")]
    [InlineData("adopted in a row anew", "does not count its days in a row")]
    [InlineData("adopted by one", "not here or not signed by all")]
    [InlineData("adopted by one twice", "signed twice by one person")]
    [InlineData("adopted by a stranger", "did not sign adoption")]
    [InlineData("adopted and changed", "is something else")]
    [InlineData("adopted high", "a tier that is not adopted")]
    [InlineData("adopted elsewhere", "is for something else")]
    [InlineData("adopted later", "was not in force then")]
    [InlineData("adopted by nobody", "not here or not signed by all")]
    public async Task Names_what_let_traffic_pass_without_the_right(string forged, string says)
    {
        using var governed = new GovernedLog(forged);
        var fault = Verify(await governed.ExportAsync(), governed.Trust).FirstFault!;
        Assert.Equal(FaultKind.Authority, fault.Kind);
        Assert.Contains(says, fault.Message);
    }

    [Fact]
    public async Task One_approval_is_enough_in_the_lowest_tier_where_it_is_known_not_to_be_production()
    {
        using var governed = new GovernedLog("one in staging");
        var report = Verify(await governed.ExportAsync(), governed.Trust);
        Assert.True(report.Ok, report.FirstFault?.Message);
    }

    [Fact]
    public async Task Finds_a_warrant_an_approval_or_a_person_that_was_left_out()
    {
        using var governed = new GovernedLog();
        var count = (int)governed.Log.Size - 20;
        const int KeyOfMax = 6; // who did not approve: nothing stands on that key
        for (var left = 1; left < count; left++)
        {
            if (left == KeyOfMax)
                continue;

            var fault = Verify(await governed.ExportAsync(left), governed.Trust).FirstFault;
            Assert.True(fault is { Kind: FaultKind.Authority }, $"entry {left}: {fault?.Message}");
        }
    }

    private static VerificationReport Verify(byte[] bundle, TrustFile trust) =>
        BundleVerifier.Verify(new MemoryStream(bundle), trust, previous: null);
}
