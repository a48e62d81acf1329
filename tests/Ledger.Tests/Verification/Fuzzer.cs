using System.Buffers.Binary;
using System.Diagnostics;

namespace Provost.Ledger.Verification;

/// <summary>
/// Changes good inputs at random and puts them to a reader. Every case has a seed of its own, which a failure names:
/// <c>PROVOST_FUZZ_SEED</c> runs that one again. <c>PROVOST_FUZZ_SECONDS</c> makes each reader's run that long.
/// </summary>
internal static class Fuzzer
{
    private const int UsualCases = 400;

    private static readonly long[] Edges =
    [
        0, 1, -1, 127, 255, 256, 65_535, 65_536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue,
        long.MinValue,
    ];

    /// <summary>Runs a reader on changed inputs, and says how many there were.</summary>
    /// <param name="reader">Its name, for the report.</param>
    /// <param name="inputs">Good ones.</param>
    /// <param name="check">Reads; throws when the reader did what it must not.</param>
    public static void Run(string reader, IReadOnlyList<byte[]> inputs, Action<byte[]> check)
    {
        if (long.TryParse(Environment.GetEnvironmentVariable("PROVOST_FUZZ_SEED"), out var again))
        {
            check(Input(new Random((int)again), inputs));
            return;
        }

        _ = int.TryParse(Environment.GetEnvironmentVariable("PROVOST_FUZZ_SECONDS"), out var seconds);
        var (started, cases) = (Stopwatch.GetTimestamp(), 0L);
        var first = seconds > 0 ? Random.Shared.Next() : 1;
        while (seconds > 0 ? Stopwatch.GetElapsedTime(started).TotalSeconds < seconds : cases < UsualCases)
        {
            var seed = unchecked((int)(first + cases++));
            var input = Input(new Random(seed), inputs);
            try
            {
                check(input);
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException(
                    $"{reader}: seed {seed} ({cases} cases), input {Convert.ToBase64String(input)}", wrong);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{reader}: {cases} cases from seed {first}");
        if (seconds > 0)
            Console.WriteLine($"fuzz {reader}: {cases} cases from seed {first}");
    }

    private static byte[] Input(Random random, IReadOnlyList<byte[]> inputs)
    {
        var bytes = inputs[random.Next(inputs.Count)].ToList();
        for (var change = random.Next(1, 5); change > 0; change--)
            Change(random, bytes, inputs);

        return [.. bytes];
    }

    private static void Change(Random random, List<byte> bytes, IReadOnlyList<byte[]> inputs)
    {
        var at = random.Next(bytes.Count + 1);
        var length = random.Next(Math.Min(bytes.Count - at, 1 << random.Next(10)) + 1);
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                var other = inputs[random.Next(inputs.Count)];
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other[from..(from + random.Next(Math.Min(200, other.Length - from) + 1))]);
                break;
            case 6:
                Number(random, bytes, at);
                break;
            case 7:
                bytes.InsertRange(at, Token(random));
                break;
            default:
                Digits(random, bytes, at);
                break;
        }
    }

    /// <summary>Writes a number that lengths and offsets are bad at.</summary>
    private static void Number(Random random, List<byte> bytes, int at)
    {
        var size = 1 << random.Next(4);
        var number = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Edges[random.Next(Edges.Length)]);
        for (var i = 0; i < size && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }

    /// <summary>Puts another number in the place of one written out.</summary>
    private static void Digits(Random random, List<byte> bytes, int at)
    {
        while (at < bytes.Count && !char.IsAsciiDigit((char)bytes[at]))
            at++;

        var end = at;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
            end++;

        bytes.RemoveRange(at, end - at);
        bytes.InsertRange(at, System.Text.Encoding.ASCII.GetBytes($"{Edges[random.Next(Edges.Length)]}"));
    }

    private static byte[] Token(Random random)
    {
        string[] tokens =
        [
            "\"", "{", "}", "[", "]", ":", ",", "null", "true", "1e9", "-0", "9007199254740992", "\\u0000", "\\ud800",
            "\n", "\r\n", "\n\n", "— ", "+", "=", "'", "\"\"", "{\"a\":1}", "[[[[[[[[", "sha256:", "ed25519:", "extra ",
            "index ", "PK\u0003\u0004", "PK\u0001\u0002", "../", "\u0000", "\uFFFD", "99999999999999999999",
        ];
        return System.Text.Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]);
    }
}
