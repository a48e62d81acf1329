using System.Text.Json.Nodes;
using Provost.Ledger.Statements;

namespace Provost.Ledger.Verification;

internal sealed partial class GovernedLog
{
    /// <summary>Two variants in the envelope of the log's warrant, honest or with one thing wrong.</summary>
    internal sealed class VariantForge(GovernedLog log, string forged)
    {
        private const string First = "019fa5ac-0a3e-7c70-bd2f-000000000002";
        private const string Second = "019fa5ac-0a3e-7c70-bd2f-000000000003";
        private const string TestResult = "https://in-toto.io/attestation/test-result/v0.1";

        /// <summary>What is wrong, and a word of how it is told.</summary>
        public static TheoryData<string, string> Forgeries => new()
        {
            { "variant of nothing", "has no envelope here" },
            { "variant of a variant", "has no envelope here" },
            { "variant after revocation", "had been revoked" },
            { "variant elsewhere", "something else" },
            { "variant of another tier", "something else" },
            { "variant with an envelope", "something else" },
            { "variant with approvals", "something else" },
            { "variant too long", "lasts longer" },
            { "variant past the last day", "lasts longer" },
            { "variant beyond the cap", "more than its envelope allows" },
            { "variant numbered twice", "more than its envelope allows" },
            { "variant too hot", "parameters.temperature vary outside" },
            { "variant too wide", "parameters.temperature vary outside" },
            { "variant too wordy", "prompts.p.md vary outside" },
            { "variant with a hole", "prompts.p.md vary outside" },
            { "variant of the model", "model.name vary outside" },
            { "variant retrained", "retraining vary outside" },
            { "variant untested", "no passed test" },
            { "variant failed", "no passed test" },
            { "variant on a stranger's test", "no passed test" },
            { "variant on another's test", "no passed test" },
            { "variant short of its minimum", "does not reach the correct" },
        };

        /// <summary>What a warrant with an envelope says beside the rest.</summary>
        public static void Complete(JsonObject warrant)
        {
            warrant["purpose"] = "Refunds.";
            warrant["population"] = "Consumers";
            warrant["notBefore"] = "2026-11-21T09:00:00.000000Z";
            warrant["notAfter"] = "2027-11-21T09:00:00.000000Z";
            warrant["envelope"] = JsonNode.Parse("""
                {"lasts":86400000,"minimum":{"correct":"0.9"},"perDay":2,"until":"2026-12-01","vary":{
                "adapters":["tone"],"dataSets":[],"parameters":{"temperature":{"min":"0","max":"0.4"}},
                "prompts":[{"file":"p.md","max":80}],"retraining":false}}
                """);
        }

        public void Vary()
        {
            if (forged == "variant after revocation")
                log.Govern("warrant_revoked", "dana", WarrantId, new JsonObject { ["warrant"] = WarrantId });

            Issue(First, 1, "", WarrantId);
            Issue(Second, 2, forged, forged == "variant of a variant" ? First : WarrantId);
        }

        private void Issue(string id, int number, string wrong, string envelope)
        {
            var release = Digest.Of(System.Text.Encoding.UTF8.GetBytes(id));
            var evidence = Test(wrong == "variant on another's test" ? Terms : release, wrong);
            var says = new JsonObject
            {
                ["id"] = id,
                ["org"] = "acme",
                ["environment"] = wrong == "variant elsewhere" ? "staging" : "production",
                ["system"] = "refunds",
                ["release"] = release,
                ["terms"] = Terms,
                ["tier"] = wrong == "variant of another tier" ? "limited" : "high",
                ["approvals"] = wrong == "variant with approvals" ? new JsonArray(new JsonObject()) : new JsonArray(),
            };
            Complete(says);
            if (wrong != "variant with an envelope")
                says.Remove("envelope");

            says["notBefore"] = wrong == "variant past the last day" ? "2026-12-01T12:00:00Z" : "2026-11-22T09:00:00Z";
            says["notAfter"] = wrong == "variant past the last day" ? "2026-12-02T09:00:00Z"
                : wrong == "variant too long" ? "2026-11-23T09:00:01Z" : "2026-11-23T09:00:00Z";
            says["variant"] = new JsonObject
            {
                ["warrant"] = wrong == "variant of nothing" ? id : envelope,
                ["origin"] = envelope == WarrantId ? Release : Digest.Of(System.Text.Encoding.UTF8.GetBytes(First)),
                ["evidence"] = wrong == "variant untested" ? Terms : evidence,
                ["changes"] = new JsonArray(Changes(wrong)),
                ["number"] = wrong == "variant beyond the cap" ? 3 : wrong == "variant numbered twice" ? 1 : number,
            };
            log.Govern("warrant_issued", "control", id, new JsonObject { ["warrant"] = id }, log.Sign(
                "https://provost.dev/warrant/v1", says, Subject(release), "warrant"));
        }

        private static JsonNode[] Changes(string wrong) => wrong switch
        {
            "variant too hot" => [Change("parameters.temperature", "0.2", "0.41")],
            "variant too wide" => [Change("parameters.temperature", "0.2", """{"min":0.1,"max":2}""")],
            "variant too wordy" => [Text(81, "name")],
            "variant with a hole" => [Text(40, "order")],
            "variant of the model" => [Change("model.name", "\"a\"", "\"b\"")],
            "variant retrained" => [Change("retraining", "{}", "{}")],
            _ =>
            [
                Change("parameters.temperature", "0.2", "0.4"), Text(80, "name"),
                Change("parameters.temperature", "0.2", """{"min":0.1,"max":0.3}"""),
                Change("adapters.tone", $"""["{Release}"]""", $"""["{Terms}"]"""),
            ],
        };

        private static JsonObject Text(int length, string hole) => Change(
            "prompts.p.md", """{"sha256":"a","length":10,"holes":["name"]}""",
            $$"""{"sha256":"b","length":{{length}},"holes":["{{hole}}"]}""");

        private static JsonObject Change(string part, string before, string after) => new()
        {
            ["part"] = part,
            ["before"] = before,
            ["after"] = after,
            ["bound"] = "as declared",
        };

        private string Test(string release, string wrong)
        {
            var statement = log.Sign(
                TestResult,
                new JsonObject
                {
                    ["result"] = wrong == "variant failed" ? "FAILED" : "PASSED",
                    ["run"] = new JsonObject
                    {
                        ["measures"] = new JsonArray(new JsonObject
                        {
                            ["name"] = "correct",
                            ["value"] = wrong == "variant short of its minimum" ? "0.89" : "0.9",
                        }),
                    },
                },
                new JsonArray(Subject(release)[0]!.DeepClone()),
                wrong == "variant on a stranger's test" ? "stranger" : "warrant");
            log.Govern("rehearsal_ended", "control", release, new JsonObject { ["rehearsal"] = release }, statement);
            return Digest.Of(Dsse.Write(statement));
        }
    }
}
