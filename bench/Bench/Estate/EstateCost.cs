using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Provost.Control.Access;
using Provost.Control.Approvals;
using Provost.Control.Governance;
using Provost.Control.Graph;
using Provost.Control.Registry;
using Provost.Control.Storage;
using Provost.Control.Vendors;
using Provost.Gateway.Warrants;
using Provost.Ledger.Statements;

namespace Provost.Bench.Estate;

/// <summary>
/// What questions about many systems take, over a state of so many systems that is made in memory: the inventory, the
/// graph both ways, tasks of a model that ends. Each system has three releases, of which the newest two are warranted,
/// a model of 20, five data sets of 200, three tools of 300; every tenth is a chain of five others.
/// </summary>
internal static class EstateCost
{
    private const int Rounds = 20;

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Makes the state, asks each question several times, prints median and worst.</summary>
    public static int Run(int systems)
    {
        var state = Make(systems);
        using var log = new GovernanceLog(
            [], (_, _) => Task.FromResult(0L), TimeProvider.System, NullLogger<GovernanceLog>.Instance);
        var database = new Database(
            "Host=127.0.0.1;Port=1", TimeProvider.System, NullLogger<Database>.Instance);
        var views = new SystemViews(
            log, new PeopleDirectory(new PeopleStore(database), log), _ => null, s => s.Verified, TimeProvider.System);
        var graph = new GraphViews(() => state, id => new PersonView(id, id), () => Now);
        var vendors = new VendorViews(() => state, id => new PersonView(id, id), () => Now);
        Console.WriteLine($"{systems} systems, {state.Registry.Releases.Count} releases, "
            + $"{state.Warrants.Issued.Count} warrants, {Environment.ProcessorCount} processors");
        Say("inventory", () => views.List(new Standpoint(state, Now, IsPast: false)).Count);
        Say("one system", () => views.Find("s7", new Standpoint(state, Now, IsPast: false)).Count);
        Say("breaks with a model", () => graph.Ask("model:openai/m3", breaks: true).Value.Items.Count);
        Say("breaks with a data set", () => graph.Ask("data:d17", breaks: true).Value.Items.Count);
        Say("a chain connects to", () => graph.Ask("system:s10", breaks: false).Value.Items.Count);
        Say("vendors", () => vendors.List().Count);
        Say("tasks of a model that ends", () => vendors.Tasks().Count);
        return 0;
    }

    private static void Say(string what, Func<int> ask)
    {
        var found = ask();
        var times = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            ask();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        }

        Array.Sort(times);
        Console.WriteLine(
            $"{what,-28} {found,6} rows   median {times[Rounds / 2],8:0.0} ms   worst {times[^1],8:0.0} ms");
    }

    private static GovernanceState Make(int systems)
    {
        var registered = ImmutableDictionary.CreateBuilder<SystemKey, SystemState>();
        var releases = ImmutableList.CreateBuilder<ReleaseState>();
        var warrants = ImmutableList.CreateBuilder<Warrant>();
        for (var i = 0; i < systems; i++)
        {
            var key = new SystemKey($"s{i}", "production");
            registered.Add(key, Registered(key, i, systems));
            for (var version = 1; version <= 3; version++)
            {
                var release = Release(i, version, systems);
                releases.Add(release);
                if (version > 1)
                    warrants.Add(Warranted(key, release.Digest, version));
            }
        }

        return GovernanceState.Empty with
        {
            Registry = new RegistryState { Systems = registered.ToImmutable(), Releases = releases.ToImmutable() },
            Warrants = new WarrantState { Issued = warrants.ToImmutable() },
            Vendors = new VendorState
            {
                Notices =
                [
                    new VendorNotice(
                        new VendorNoticeAdded
                        {
                            Id = Guid.Empty,
                            Provider = "openai",
                            Model = "m3",
                            Shutdown = Now.AddDays(30),
                            Source = "https://provider.example/",
                        },
                        "p1", Now),
                ],
            },
        };
    }

    private static SystemState Registered(SystemKey key, int i, int systems) => new()
    {
        Key = key,
        Kind = IsChain(i) ? "chain" : "llm",
        Unit = $"unit-{i % 12}",
        Purpose = "Answers questions.",
        Population = "Customers",
        Terms = "terms",
        Tier = (i % 3) switch { 0 => "high", 1 => "limited", _ => "minimal" },
        Taxonomy = 1,
        Owners = new OwnerIds($"p{i % 50}", $"p{(i + 1) % 50}", null),
        Escalation = [new EscalationStepFact("technical", 0)],
        Contacts = new Dictionary<string, string>(),
        DataSources = [$"d{i % 200}"],
        Downstream = [$"s{(i + 1) % systems}"],
        Registrant = "p1",
        Since = Now.AddDays(-90),
        Changed = Now.AddDays(-90),
    };

    private static bool IsChain(int i) => i % 10 == 0;

    private static ReleaseState Release(int i, int version, int systems) => new()
    {
        System = $"s{i}",
        Digest = DigestOf(i, version),
        Version = $"{version}.0.0",
        Author = "p1",
        SubmittedAt = Now.AddDays(-60),
        Provider = IsChain(i) ? "" : "openai",
        Model = IsChain(i) ? "" : $"m{i % 20}",
        LastsMs = 1,
        Files = new Dictionary<string, string>(),
        Uses = IsChain(i)
            ? [.. Enumerable.Range(1, 5).Select(n => (i + n) % systems).Select(
                n => new UsedPart(UsedPart.Component, $"s{n}", Digest: DigestOf(n, 3)))]
            :
            [
                new UsedPart("model", $"openai/m{i % 20}"),
                .. Enumerable.Range(0, 5).Select(n => new UsedPart("data", $"d{(i + (n * 7)) % 200}")),
                .. Enumerable.Range(0, 3).Select(n => new UsedPart("tool", $"t{(i + (n * 11)) % 300}")),
            ],
    };

    private static Warrant Warranted(SystemKey key, string release, int version) => new(
        Guid.NewGuid(), key, release,
        new WarrantPredicate
        {
            Id = Guid.Empty,
            Org = "bench.example",
            Environment = key.Environment,
            System = key.System,
            Release = release,
            Terms = "terms",
            Purpose = "",
            Population = "",
            Tier = "limited",
            Taxonomy = 1,
            Approvals = [],
            Thresholds = default,
            Owners = new WarrantOwners("p1", "p2", null),
            NotBefore = Now.AddDays(-30 + version),
            NotAfter = Now.AddDays(60),
        },
        default(JsonElement), Now.AddDays(-30 + version), RevokedAt: null);

    private static string DigestOf(int i, int version) => Digest.Of(Encoding.UTF8.GetBytes($"{i} {version}"));
}
