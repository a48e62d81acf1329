using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Custody;

public sealed class SignerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly WarrantRequest Request = new("desk", "production", "");

    [Fact]
    public async Task Signs_no_warrant_before_the_quorum_whoever_asks()
    {
        await using var house = await SubmittedAsync("acme.example/test");
        var release = house.Log.State.Registry.Releases[0].Digest;
        var answer = await house.Desks.Signer.IssueWarrantAsync(Request with { Release = release }, default);
        Assert.Equal("provost.warrants.quorum", answer.Fault?.Code);
    }

    [Fact]
    public async Task Signs_no_warrant_for_documents_that_are_not_as_submitted()
    {
        await using var house = await SubmittedAsync("acme.example/test");
        var release = house.Log.State.Registry.Releases[0].Digest;
        (await house.ApproveAsync("dana")).Ok();
        File.Delete(house.BlobPath(release));
        var answer = await house.Desks.Signer.IssueWarrantAsync(Request with { Release = release }, default);
        Assert.Equal("provost.releases.blob_gone", answer.Fault?.Code);
        Assert.Equal("provost.releases.blob_gone", (await house.ApproveAsync("ana")).Code);
    }

    [Fact]
    public async Task Never_signs_an_epoch_twice_or_for_another_log()
    {
        await using var house = await SubmittedAsync("acme.example/test");
        var document = house.Holder.Current!.Document;
        Assert.Equal("provost.snapshot.epoch", house.Desks.Signer.SignSnapshot(document).Fault?.Code);
        var next = document with { Epoch = document.Epoch + 1 };
        Assert.Equal(
            "provost.snapshot.epoch", house.Desks.Signer.SignSnapshot(next with { Org = "other" }).Fault?.Code);
        Assert.Null(house.Desks.Signer.SignSnapshot(next).Fault);
        Assert.Equal("provost.snapshot.epoch", house.Desks.Signer.SignSnapshot(next).Fault?.Code);
    }

    [Fact]
    public async Task Tier_high_in_production_waits_for_better_custody_but_in_a_trial()
    {
        await using var house = await ControlHouse.OpenAsync(
            await database.ReadyAsync(CancellationToken.None), "acme.example/provost");
        await house.PeopleAsync();
        var high = house.Manifest().Replace("annexIII: none", "annexIII: essential-services")
            .Replace("autonomy: answers", "autonomy: decides");
        var reply = await house.ApplyAsync("mia", high);
        Assert.Contains(reply.Json["errors"]!.AsArray(), e => (string)e!["path"]! == "spec.environments");

        await using var trial = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await trial.PeopleAsync();
        Assert.Equal("high", (string)(await trial.ApplyAsync("mia", trial.Manifest()
            .Replace("annexIII: none", "annexIII: essential-services")
            .Replace("autonomy: answers", "autonomy: decides"))).Ok()["tier"]!);
    }

    [Fact]
    public void Keys_are_files_of_their_owner_alone_and_a_founded_log_never_gets_new_ones()
    {
        var folder = Directory.CreateTempSubdirectory("provost-keys-").FullName;
        try
        {
            string root;
            using (var keys = SignerKeys.Open(folder, isFounded: false))
                root = Convert.ToBase64String(keys.Log.PublicKey.Bytes);

            Assert.All(Directory.GetFiles(folder), file => Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
            using (var again = SignerKeys.Open(folder, isFounded: true))
                Assert.Equal(root, Convert.ToBase64String(again.Log.PublicKey.Bytes));

            File.Delete(Path.Combine(folder, "warrant.key"));
            Assert.Throws<FileNotFoundException>(() => SignerKeys.Open(folder, isFounded: true));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<ControlHouse> SubmittedAsync(string origin)
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None), origin);
        await house.PeopleAsync();
        (await house.ApplyAsync("mia", house.Manifest())).Ok();
        (await house.SubmitAsync("mia")).Ok();
        return house;
    }
}
