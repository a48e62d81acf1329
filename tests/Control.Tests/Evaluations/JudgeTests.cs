using System.Text.Json.Nodes;
using Provost.Gateway.Routing;
using Provost.Ledger.Statements;
using Provost.Testing;

namespace Provost.Control.Tests.Evaluations;

/// <summary>A model that judges answers, beside the checks and never in their place.</summary>
public sealed class JudgeTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Declared =
        "judge: { provider: openai, model: judge-1, prompt: prompt.md }, minimum: { correct: 0.9, judged: 0.8 } }";

    [Fact]
    public async Task Its_score_is_a_measure_with_a_minimum_and_the_result_names_it()
    {
        await using var house = await HouseAsync();
        var asked = new List<JudgeQuestion>();
        house.Judge = question =>
        {
            lock (asked)
                asked.Add(question);

            return new Judged(question.Question.Contains("back") ? 0.9m : 0.7m, "judge-1", null);
        };
        var test = await house.TestAsync();
        Assert.Equal("passed", (string)test["test"]!["standing"]!);
        var judged = test["test"]!["measures"]!.AsArray().Single(m => (string)m!["name"]! == "judged")!;
        Assert.Equal(("0.8", 2, "0.8"), ((string)judged["value"]!, (int)judged["n"]!, (string)judged["minimum"]!));
        Assert.Equal("judge-1", (string)test["test"]!["judge"]!["model"]!);
        Assert.Equal(Digest.Of("You answer.\n"u8), (string)test["test"]!["judge"]!["prompt"]!);
        Assert.Equal(0.9m, (decimal)test["cases"]![0]!["judged"]!);
        Assert.All(asked, q => Assert.Equal(
            ("openai", "judge-1", "You answer.\n", "Within 30 days, five days."),
            (q.Provider, q.Model, q.Prompt, q.Answer)));
        Assert.Contains("within 30 days", asked.Select(q => q.Expected));
    }

    [Fact]
    public async Task A_judge_that_gives_nothing_for_one_case_fails_the_test_whatever_it_gave_for_the_others()
    {
        await using var house = await HouseAsync();
        house.Judge = question => question.Question.Contains("back")
            ? new Judged(1, "judge-1", null)
            : new Judged(null, null, "The judge did not answer in time.");
        var test = await house.TestAsync();
        Assert.Equal("failed", (string)test["test"]!["standing"]!);
        Assert.Null(test["test"]!["measures"]!.AsArray().Single(m => (string)m!["name"]! == "judged")!["value"]);
        Assert.Contains(
            test["test"]!["shortfalls"]!.AsArray(),
            s => (string)s! == "case when was not judged: The judge did not answer in time.");
        Assert.Empty(test["test"]!["failedTests"]!.AsArray()); // the checks passed, and that is told too
    }

    [Fact]
    public async Task What_got_no_answer_is_worth_nothing_and_is_not_shown_to_the_judge()
    {
        await using var house = await HouseAsync();
        house.Judge = _ => new Judged(1, "judge-1", null);
        var test = await house.TestAsync(status: 502);
        Assert.Equal(
            "0", (string)test["test"]!["measures"]!.AsArray().Single(m => (string)m!["name"]! == "judged")!["value"]!);
    }

    [Fact]
    public async Task A_judge_of_a_provider_that_nobody_set_up_is_refused_with_its_place()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        var refused = await house.ApplyAsync("mia", house.Tested(isHigh: false)
            .Replace("minimum: { correct: 0.9 } }", Declared.Replace("provider: openai", "provider: elsewhere"))
            .Replace("evals.jsonl", "prompt.md"));
        Assert.Contains(
            refused.Json["errors"]!.AsArray(), e => ((string)e!["path"]!).StartsWith("spec.evaluation.judge.provider"));
    }

    private async Task<ControlHouse> HouseAsync()
    {
        var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.PeopleAsync();
        await house.SubmitTestedAsync(
            house.Tested(isHigh: false).Replace("minimum: { correct: 0.9 } }", Declared));
        return house;
    }
}
