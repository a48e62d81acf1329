using Provost.Control.Signals;

namespace Provost.Control.Tests.Signals;

/// <summary>What every signal promises. Its own test inherits this and says what is good and bad traffic.</summary>
public abstract class SignalContract
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly SignalOptions Options = new() { PaneRows = 50, PanesPerFalseAlarm = 1000 };

    internal abstract ISignal Signal { get; }

    protected abstract ReleaseWatch Watch { get; }

    /// <summary>Traffic exactly at the limit: the hardest that must not alarm.</summary>
    protected abstract SignalSample AtLimit(Random random, DateTimeOffset time);

    protected abstract SignalSample Good(Random random, DateTimeOffset time);

    protected abstract SignalSample Bad(Random random, DateTimeOffset time);

    /// <summary>A sample that says nothing about this signal.</summary>
    protected abstract SignalSample Silent(DateTimeOffset time);

    [Fact]
    public void Stands_in_the_catalog() =>
        Assert.Contains(SignalCatalog.All, s => s.GetType() == Signal.GetType() && s.Id == Signal.Id);

    [Fact]
    public void The_same_samples_give_the_same_state_also_across_a_restart()
    {
        var samples = Mixed(seed: 7, rows: 3000);
        var whole = new SignalEngine(Options);
        var events = Play(whole, samples, from: 0);

        var first = new SignalEngine(Options);
        var before = Play(first, samples[..1234], from: 0);
        using var folder = new TemporaryFolder();
        var file = new SignalStateFile(Path.Combine(folder.Path, "signals.json"));
        file.Save(first);
        var second = new SignalEngine(Options);
        Assert.Null(file.LoadInto(second));
        var after = Play(second, samples[1234..], from: 1234);

        Assert.NotEmpty(events);
        Assert.Equal(events, before.Concat(after));
        Assert.Equal(Bits(whole), Bits(second));
    }

    [Fact]
    public void A_leaf_is_folded_once_however_often_it_comes()
    {
        var samples = Mixed(seed: 11, rows: 600);
        var once = new SignalEngine(Options);
        Play(once, samples, from: 0);
        var twice = new SignalEngine(Options);
        Play(twice, samples, from: 0);
        Assert.Empty(Play(twice, samples, from: 0));
        Assert.Equal(Bits(once), Bits(twice));
    }

    [Fact]
    public void An_engine_that_takes_its_state_back_in_place_goes_on_from_there()
    {
        var samples = Mixed(seed: 29, rows: 900);
        var whole = new SignalEngine(Options);
        Play(whole, samples, from: 0);
        using var folder = new TemporaryFolder();
        var file = new SignalStateFile(Path.Combine(folder.Path, "signals.json"));
        var engine = new SignalEngine(Options);
        Play(engine, samples[..300], from: 0);
        file.Save(engine);
        Play(engine, samples[300..700], from: 300);
        Assert.Null(file.LoadInto(engine));
        Play(engine, samples[300..], from: 300);
        Assert.Equal(Bits(whole), Bits(engine));

        File.WriteAllText(Path.Combine(folder.Path, "signals.json"), "{\"V\":1,");
        Assert.NotNull(file.LoadInto(engine));
        Assert.Equal(0, engine.Cursor);
        Play(engine, samples, from: 0);
        Assert.Equal(Bits(whole), Bits(engine));
    }

    [Fact]
    public void A_restored_release_proves_itself_anew_on_fresh_traffic()
    {
        var random = new Random(31);
        var engine = Armed();
        for (var i = 0; i < 2000; i++)
        {
            engine.Fold(i, Bad(random, Start.AddMilliseconds(i)));
        }

        engine.Restart(2000, Watch.Key);
        engine.Skip(2000);
        Assert.All(engine.Read(Start).Readings, r => Assert.Equal(SignalVerdict.Unproven, r.Verdict));
        var said = Enumerable.Range(2001, 3000).SelectMany(i => engine.Fold(i, Good(random, Start.AddMilliseconds(i))));
        Assert.IsType<SignalEvent.Recovery>(Assert.Single(said));
    }

    [Fact]
    public void Counts_of_several_nodes_add_to_the_same_bits_in_any_order()
    {
        var random = new Random(3);
        foreach (var monitor in Signal.Arm(Watch, Options))
        {
            var parts = Enumerable.Range(0, 8).Select(_ => new PaneCounts(monitor.Face.Events)).ToList();
            foreach (var sample in Mixed(seed: 5, rows: 400))
            {
                monitor.Count(sample, parts[random.Next(parts.Count)]);
            }

            var sums = Enumerable.Range(0, 5).Select(_ => Sum(parts.OrderBy(_ => random.Next()))).ToList();
            Assert.All(sums, s => Assert.Equal(
                CountsOf(sums[0]), CountsOf(s)));
            Assert.True(sums[0].Rows > 0);
        }
    }

    [Fact]
    public void Silence_moves_no_detector()
    {
        var engine = new SignalEngine(Options);
        Play(engine, Mixed(seed: 13, rows: 120), from: 0);
        var before = Bits(engine);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Empty(engine.Fold(120 + i, Silent(Start.AddHours(1 + i))));
        }

        Assert.Equal(before.Replace("\"Cursor\":120", "", StringComparison.Ordinal),
            Bits(engine).Replace("\"Cursor\":10120", "", StringComparison.Ordinal));
    }

    /// <summary>
    /// Optional stopping gives P(alarm within H panes) at most H/c for traffic at the limit. Seeded; the count of
    /// alarming streams must not exceed what that allows at 99 %, one-sided.
    /// </summary>
    [Fact]
    public void Alarms_without_cause_no_more_often_than_promised()
    {
        const int Streams = 120;
        const int Panes = 100;
        var alarms = 0;
        for (var seed = 0; seed < Streams; seed++)
        {
            var random = new Random(seed);
            var engine = Armed();
            var said = false;
            for (var i = 0; i < Panes * Options.PaneRows && !said; i++)
            {
                said = engine.Fold(i, AtLimit(random, Start.AddMilliseconds(i))).OfType<SignalEvent.Breach>().Any();
            }

            alarms += said ? 1 : 0;
        }

        Assert.InRange(alarms, 0, Binomial.Quantile(Streams, Panes / Options.PanesPerFalseAlarm, 0.99));
    }

    [Fact]
    public void Finds_bad_traffic_once_and_its_recovery_once()
    {
        var random = new Random(17);
        var engine = Armed();
        var said = new List<SignalEvent>();
        for (var i = 0; i < 6000; i++)
        {
            var time = Start.AddMilliseconds(100 * i);
            var sample = i is >= 1500 and < 3000 ? Bad(random, time) : Good(random, time);
            said.AddRange(engine.Fold(i, sample));
        }

        Assert.Collection(
            said,
            e =>
            {
                var breach = Assert.IsType<SignalEvent.Breach>(e);
                Assert.InRange(breach.At, Start.AddSeconds(150), Start.AddSeconds(250));
                Assert.InRange(breach.Since, Start.AddSeconds(140), breach.At);
                Assert.True(breach.Value > breach.Limit);
                Assert.NotEmpty(breach.Evidence);
            },
            e =>
            {
                var recovery = Assert.IsType<SignalEvent.Recovery>(e);
                Assert.InRange(recovery.At, Start.AddSeconds(300), Start.AddSeconds(600));
            });
    }

    [Fact]
    public void Shows_good_bad_and_unproven_for_what_they_are()
    {
        var random = new Random(19);
        var engine = Armed();
        Assert.All(engine.Read(Start).Readings, r => Assert.Equal(SignalVerdict.Unproven, r.Verdict));

        for (var i = 0; i < 3000; i++)
        {
            engine.Fold(i, Good(random, Start.AddMilliseconds(i)));
        }

        Assert.All(engine.Read(Start.AddMinutes(1)).Readings, r => Assert.Equal(SignalVerdict.Ok, r.Verdict));
        Assert.All(engine.Read(Start.AddHours(1)).Readings, r => Assert.Equal(SignalVerdict.Unproven, r.Verdict));

        for (var i = 3000; i < 6000; i++)
        {
            engine.Fold(i, Bad(random, Start.AddMilliseconds(i)));
        }

        var board = engine.Read(Start.AddHours(1));
        Assert.Contains(board.Readings, r => r.Verdict == SignalVerdict.Breach && r.Since is not null);
        Assert.Equal(SignalVerdict.Breach, board.VerdictOf(Watch.Key));
        Assert.All(board.Readings, r => Assert.NotEmpty(r.History));
    }

    [Fact]
    public void Rehearsed_traffic_is_no_evidence()
    {
        var random = new Random(23);
        var engine = Armed();
        for (var i = 0; i < 2000; i++)
        {
            Assert.Empty(engine.Fold(i, Bad(random, Start.AddMilliseconds(i)) with { Drill = true }));
        }

        Assert.All(engine.Read(Start).Readings, r => Assert.Equal(0, r.Rows));
    }

    private SignalEngine Armed()
    {
        var engine = new SignalEngine(Options);
        engine.Watch(Watch);
        return engine;
    }

    private List<SignalEvent> Play(SignalEngine engine, IReadOnlyList<SignalSample> samples, long from)
    {
        engine.Watch(Watch);
        return [.. samples.SelectMany((s, i) => engine.Fold(from + i, s))];
    }

    private SignalSample[] Mixed(int seed, int rows)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i => i < rows / 3
            ? Good(random, Start.AddMilliseconds(100 * i))
            : Bad(random, Start.AddMilliseconds(100 * i)))];
    }

    private static PaneCounts Sum(IEnumerable<PaneCounts> parts)
    {
        PaneCounts? sum = null;
        foreach (var part in parts)
        {
            sum ??= new PaneCounts(part.Events.Length);
            sum.Add(part);
        }

        return sum!;
    }

    private static string CountsOf(PaneCounts counts) => $"{counts.Rows}: {string.Join(' ', counts.Events.ToArray())}";

    private static string Bits(SignalEngine engine)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "s.json");
        new SignalStateFile(path).Save(engine);
        return File.ReadAllText(path);
    }
}
