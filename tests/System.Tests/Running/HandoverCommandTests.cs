namespace Provost.SystemTests.Running;

/// <summary>An office changes hands at the command lines of two persons, after its holder has left.</summary>
[Collection(nameof(Running))]
public sealed class HandoverCommandTests(GovernedTown town)
{
    [Fact]
    public async Task A_leavers_office_is_offered_by_compliance_and_taken_by_whom_it_was_offered_to()
    {
        await using var copy = await town.StartAsync();
        var staff = copy.Staff;
        var tested = (await staff.Dana.RunAsync("pause", "refund-assistant", "--test")).Ok();
        Assert.Contains("nothing was paused", tested.Output);

        (await staff.Pat.RunAsync("people", "deactivate", staff.Sam.Mail, "--reason", "left")).Ok();
        Assert.Contains("vacant", (await staff.Leo.RunAsync("owners", "--state", "vacant")).Ok().Output);
        var refused = await staff.Mia.RunAsync(
            "handover", "refund-assistant", "--technical", staff.Kim.Mail, "--reason", "Sam has left");
        Assert.Contains("provost.handover.forbidden", refused.Errors);
        var offered = (await staff.Leo.RunAsync(
            "handover", "refund-assistant", "--technical", staff.Kim.Mail, "--reason", "Sam has left")).Ok();
        Assert.Contains("provost handover accept refund-assistant", offered.Output);
        Assert.Contains("Accepted.", (await staff.Kim.RunAsync("handover", "accept", "refund-assistant")).Ok().Output);
        Assert.DoesNotContain(
            "refund-assistant", (await staff.Leo.RunAsync("owners", "--state", "vacant")).Ok().Output);
        Assert.Equal(0, await copy.Server.StopAsync());
        Assert.Contains(copy.VerifiedLog(), r => (string)r["type"]! == "gov.ownership_accepted");
    }
}
