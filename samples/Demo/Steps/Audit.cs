namespace Provost.Demo.Steps;

/// <summary>Step 9: a compliance officer, alone: asks, exports, verifies offline; one byte changed.</summary>
internal static class Audit
{
    public static async Task PlayAsync(Cast cast, StepReport report, CancellationToken cancellationToken)
    {
        report.Chapter("9. A compliance officer answers an auditor, alone");
        var bundle = Path.Combine(cast.Folder, "export.zip");
        var trust = Path.Combine(cast.Server.Data, "trust.json");
        await report.CheckAsync("she asks for a model, a window and a cohort", async () =>
        {
            var listed = (await cast.Staff.Leo.RunAsync(
                "decisions", "--model", ChatCaller.Model, "--cohort", "region=eu",
                "--since", cast.Time.GetUtcNow().AddHours(-1).ToString("O"), "--json")).Ok();
            NotSeenException.Unless(listed.Json["items"]!.AsArray().Count > 0, listed.Output);
        });
        await report.CheckAsync("she proves which calls every guardrail looked at: nothing is missing", async () =>
        {
            var proof = (await cast.Staff.Leo.RunAsync("guardrails", "coverage", "refund-assistant", "--json")).Ok();
            NotSeenException.Unless(
                (long)proof.Json["calls"]! > 0 && proof.Json["guardrails"]!.AsArray().Count > 0
                && proof.Json["findings"]!.AsArray().Count == 0,
                proof.Output);
        });
        await report.CheckAsync("every call that was answered has its record: the counts close", async () =>
        {
            var counts = (await cast.Staff.Leo.RunAsync("ledger", "reconciliation", "--json")).Ok();
            var items = counts.Json["items"]!.AsArray();
            NotSeenException.Unless(items.Count > 0 && items.All(i => (long)i!["missing"]! == 0), counts.Output);
        });
        await report.CheckAsync("she exports it and verifies it offline against the pinned keys", async () =>
        {
            (await cast.Staff.Leo.RunAsync(
                "ledger", "export", "--system", "refund-assistant", "--cohort", "region=eu", "--out", bundle)).Ok();
            (await cast.Staff.Leo.RunAsync("ledger", "verify", bundle, "--trust", trust)).Ok();
        });
        await report.CheckAsync("one byte changed: the verifier says which entry", async () =>
        {
            var forged = Path.Combine(cast.Folder, "forged.zip");
            var index = Forge.OneByte(bundle, forged);
            var answer = await cast.Staff.Leo.RunAsync("ledger", "verify", forged, "--trust", trust);
            var said = answer.Output + answer.Errors;
            NotSeenException.Unless(answer.ExitCode == 21 && said.Contains(index), said);
        });
        await report.CheckAsync("the whole ledger verifies where it stands, without the server", async () =>
        {
            var ledger = Path.Combine(cast.Server.Data, "ledger");
            (await cast.Staff.Leo.RunAsync("ledger", "verify", ledger, "--trust", trust)).Ok();
        });
    }
}
