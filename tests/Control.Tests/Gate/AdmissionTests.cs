using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Control.Gate;
using Provost.Testing;

namespace Provost.Control.Tests.Gate;

/// <summary>The webhook of a cluster, with reviews as Kubernetes writes them.</summary>
public sealed class AdmissionTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string Unknown = "sha256:" + new string('a', 64);

    [Fact]
    public async Task A_deployment_of_a_warranted_release_is_admitted_and_its_pods_too()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await ReleaseGateTests.WarrantedAsync(house);
        foreach (var kind in new[] { "Pod", "Deployment", "CronJob", "InferenceService" })
        {
            var answer = (await ReviewAsync(house, Review(kind, digest))).Ok();
            Assert.Equal("admission.k8s.io/v1", (string)answer["apiVersion"]!);
            Assert.Equal("AdmissionReview", (string)answer["kind"]!);
            Assert.Equal("705ab4f5-6393-11e8-b7cc-42010a800002", (string)answer["response"]!["uid"]!);
            Assert.True((bool)answer["response"]!["allowed"]!, kind);
        }
    }

    [Fact]
    public async Task A_release_without_a_warrant_is_refused_with_what_is_missing()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await ReleaseGateTests.WarrantedAsync(house);
        var response = (await ReviewAsync(house, Review("Deployment", $"{digest}, {Unknown}"))).Ok()["response"]!;
        Assert.False((bool)response["allowed"]!);
        Assert.Equal(403, (int)response["status"]!["code"]!);
        Assert.Contains($"{Unknown} was ever applied", (string)response["status"]!["message"]!);
    }

    [Theory]
    [InlineData(null, null, "names no release")]
    [InlineData("v1.2", null, "is no digest")]
    [InlineData("unknown", "staging", "stands for production")]
    public async Task What_a_workload_does_not_say_or_says_wrongly_refuses_it(
        string? release, string? environment, string message)
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        var review = Review("Pod", release == "unknown" ? Unknown : release, environment);
        var response = (await ReviewAsync(house, review, "pat")).Ok()["response"]!;
        Assert.False((bool)response["allowed"]!);
        Assert.Contains(message, (string)response["status"]!["message"]!);
    }

    [Fact]
    public async Task Without_a_pinned_environment_the_workload_must_say_it()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await ReleaseGateTests.WarrantedAsync(house);
        var silent = (await ReviewAsync(house, Review("Pod", digest), "mia", "/api/admission")).Ok();
        Assert.Contains("which environment", (string)silent["response"]!["status"]!["message"]!);
        var said = (await ReviewAsync(house, Review("Pod", digest, "production"), "mia", "/api/admission")).Ok();
        Assert.True((bool)said["response"]!["allowed"]!);
    }

    [Fact]
    public async Task A_deletion_is_never_held_up()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        var review = Review("Pod", null);
        review["request"]!["operation"] = "DELETE";
        review["request"]!["object"] = null;
        Assert.True((bool)(await ReviewAsync(house, review, "pat")).Ok()["response"]!["allowed"]!);
    }

    [Fact]
    public async Task A_warrant_that_ends_soon_is_warned_of()
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        var digest = await ReleaseGateTests.WarrantedAsync(house);
        var review = AdmissionReview.Read(Encoding.UTF8.GetBytes(Review("Pod", digest).ToJsonString()));
        var now = house.Time.GetUtcNow();
        Assert.Empty(AdmissionApi.Judge(review, "production", house.Log.State, now).Warnings);
        var late = AdmissionApi.Judge(review, "production", house.Log.State, now.AddDays(80));
        Assert.True(late.Allowed);
        Assert.Contains("ends on", Assert.Single(late.Warnings));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\"}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{}}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":7}}")]
    public async Task What_is_no_review_is_a_bad_request(string body)
    {
        await using var house = await ControlHouse.OpenAsync(await database.ReadyAsync(CancellationToken.None));
        await house.SetUpAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await house.SendAsync("pat", HttpMethod.Post, "/api/admission", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("provost.admission.malformed", answer.Code);
    }

    [Fact]
    public void Whatever_stands_in_a_review_gives_a_verdict_or_a_format_error()
    {
        var random = new Random(20261121);
        var text = Review("CronJob", Unknown, "production").ToJsonString();
        var (read, malformed) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                AdmissionReview.Read(bytes);
                read++;
            }
            catch (FormatException)
            {
                malformed++;
            }
        }

        Assert.True(read > 0 && malformed > 0);
    }

    private static Task<Reply> ReviewAsync(
        ControlHouse house, JsonNode review, string person = "mia", string at = "/api/admission?environment=production")
        => house.SendAsync(person, HttpMethod.Post, at, review);

    private static JsonObject Review(string kind, string? release, string? environment = null)
    {
        var annotations = new JsonObject { ["other.example/team"] = "care" };
        if (release is not null)
            annotations["provost.dev/release"] = release;
        if (environment is not null)
            annotations["provost.dev/environment"] = environment;

        var metadata = new JsonObject { ["annotations"] = annotations };
        var body = kind switch
        {
            "Deployment" => new JsonObject { ["spec"] = Template(metadata) },
            "CronJob" => new JsonObject
            {
                ["spec"] = new JsonObject { ["jobTemplate"] = new JsonObject { ["spec"] = Template(metadata) } },
            },
            _ => new JsonObject { ["metadata"] = metadata },
        };
        return new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
                ["kind"] = new JsonObject { ["group"] = "apps", ["version"] = "v1", ["kind"] = kind },
                ["name"] = "refunds",
                ["namespace"] = "care",
                ["operation"] = "CREATE",
                ["object"] = body,
                ["dryRun"] = false,
            },
        };
    }

    private static JsonObject Template(JsonObject metadata) =>
        new() { ["template"] = new JsonObject { ["metadata"] = metadata } };
}
