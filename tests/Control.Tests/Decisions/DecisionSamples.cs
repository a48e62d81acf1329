using System.Text.Json.Nodes;
using Provost.Control.Decisions;
using Provost.Control.Storage;
using Provost.Testing;

namespace Provost.Control.Tests.Decisions;

/// <summary>Twenty-two decisions over two days and three records of refused callers, in an index.</summary>
public sealed class DecisionSamples(TestCluster cluster) : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 23, 0, 0, TimeSpan.Zero);
    private readonly TestDatabase _test = new(cluster);

    public Database Database { get; private set; } = null!;

    public DecisionQuery Query { get; private set; } = null!;

    public Guid First { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Database = await _test.ReadyAsync(CancellationToken.None);
        Query = new DecisionQuery(Database);
        var log = new FakeLog { Now = Start };
        First = log.Outcome();
        log.Now += TimeSpan.FromMinutes(30);
        for (var i = 0; i < 20; i++)
        {
            var n = i;
            log.Now += TimeSpan.FromMinutes(5); // over midnight: two partitions
            log.Outcome(record =>
            {
                record["system"] = n % 2 == 0 ? "refunds" : "claims";
                record["cohort"] = new JsonObject { ["region"] = n % 4 == 0 ? "us" : "eu", ["n"] = n.ToString() };
                record["time"] = FakeLog.Time(log.Now.AddMinutes(n % 3 == 0 ? 0 : -1));
                if (n % 5 == 0)
                {
                    record["outcome"] = "blocked";
                    record["code"] = n == 5 ? "provost.no_warrant" : "provost.guardrail.pii";
                }
            });
        }

        log.Outcome(record =>
        {
            record["modelRequested"] = "=HYPERLINK(\"x\"),y";
            record["drill"] = true;
            record["release"] = "sha256:cc";
            record["environment"] = "staging";
            record["caller"] = new JsonObject { ["key"] = "KEY0000002" };
        });
        log.Refused("open", "curl/8", "gpt-5.2", 3);
        log.Refused("open", "curl/8", "gpt-5.2", 4);
        log.Refused("closed", "python", null, 1);
        await IndexRun.IndexAsync(log, Database);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();
}
