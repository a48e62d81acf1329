using Provost.Ledger.Records;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Spool;

/// <summary>Seeded lives of a node on a disk that fails and loses power; a failure's message has its seed.</summary>
public sealed class SpoolCrashTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0.0, false)]
    [InlineData(0.1, false)]
    [InlineData(0.0, true)]
    [InlineData(0.1, true)]
    public async Task Holds_every_acknowledged_record_exactly_once_whatever_the_disk_does(
        double faultRate, bool segmentsAreReused)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            using var folder = new TemporaryFolder();
            var life = new Life(folder.File("n1"), seed);
            for (var run = 0; run < 4; run++)
                await life.Run(faultRate, segmentsAreReused);

            life.Check();
        }
    }

    /// <summary>One node's disk over several runs of its process.</summary>
    private sealed class Life(string directory, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<Guid, long> _acknowledged = [];
        private byte[] _nodeKey = [];

        public async Task Run(double faultRate, bool segmentsAreReused)
        {
            var storage = new FaultyStorage(_random.Next());
            var spool = Spool.Open(
                new SpoolOptions
                {
                    Directory = directory,
                    Node = "n1",
                    SegmentBytes = 8 << 10,
                    MinFreeBytes = 0,
                    RetryAfter = TimeSpan.FromTicks(10),
                    SignWithin = TimeSpan.FromTicks(_random.Next(1, 9000)),
                },
                TimeProvider.System,
                storage);
            Assert.True(_nodeKey.Length == 0 || _nodeKey.AsSpan().SequenceEqual(spool.NodeKey));
            _nodeKey = spool.NodeKey;
            storage.FaultRate = faultRate;
            var tickets = new List<(Guid Id, SpoolTicket Ticket)>();
            for (var i = _random.Next(200); i > 0; i--)
            {
                var id = Guid.CreateVersion7();
                tickets.Add((id, spool.Append(Draft(id))));
                if (_random.Next(5) == 0)
                    await Task.WhenAny(tickets[^1].Ticket.Durable).WaitAsync(Soon);
                if (segmentsAreReused && _random.Next(10) == 0)
                    SpoolReader.DeleteBelow(directory, spool.DurableThrough + 1, spare: 2);
            }

            if (_random.Next(4) == 0)
                await spool.DisposeAsync();

            storage.Crash();
            await spool.DisposeAsync();
            foreach (var (id, ticket) in tickets)
            {
                if (ticket.Durable.IsCompletedSuccessfully)
                    Assert.True(_acknowledged.TryAdd(id, ticket.NodeSeq), $"seed {seed}");
                else
                    Assert.True(ticket.Durable.IsFaulted, $"seed {seed}: a ticket was left open");
            }
        }

        public void Check()
        {
            var end = SpoolReader.EndOf(directory);
            var first = SpoolSegments.List(directory) is [var oldest, ..] ? oldest.First : 0;
            var frames = new SpoolReader(directory).Read(first, end, int.MaxValue);
            var numbers = frames.Select(f => f.NodeSeq);
            Assert.True(numbers.SequenceEqual(frames.Select((_, i) => first + i)), $"seed {seed}: gap");
            Assert.True(frames.Select(f => f.Id).Distinct().Count() == frames.Count, $"seed {seed}: doubled");
            foreach (var (id, nodeSeq) in _acknowledged.Where(a => a.Value >= first))
            {
                var at = (int)(nodeSeq - first);
                Assert.True(at < frames.Count && frames[at].Id == id, $"seed {seed}: {nodeSeq} is lost");
                Assert.Equal(nodeSeq, RecordHead.Read(frames[at].Record.Span).NodeSeq);
            }

            Assert.True(SpoolSignature.VerifiedThrough(directory, _nodeKey) < end, $"seed {seed}");
        }

        private RecordDraft Draft(Guid id)
        {
            var draft = RecordDraft.Rent();
            new DecisionRecord { Node = "n1", System = new string('x', _random.Next(600)) }.WriteIntent(draft, id);
            if (_random.Next(3) == 0)
                draft.AddPart((byte)PayloadField.Input, new byte[_random.Next(2000)]);

            return draft;
        }
    }
}
