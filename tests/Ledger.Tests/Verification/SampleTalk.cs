using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Provost.Ledger.Export;

namespace Provost.Ledger.Verification;

/// <summary>A log in which two of eight decisions commit to what was said, and a bundle of it with those
/// contents.</summary>
internal sealed class SampleTalk : IDisposable
{
    private const string File = "reveals.jsonl";
    private readonly SampleLog _log = new(4);
    private readonly List<RevealedPayload> _contents = [];

    public SampleTalk()
    {
        for (var i = 0; i < 4; i++)
        {
            if (i % 2 == 0)
                _log.Add("sys:loans", "node-0", new JsonObject { ["type"] = "decision.outcome" });
            else
                Say($"May I have {i}?", $"You may have {i}.");
        }

        _log.Commit();
    }

    public TrustFile Trust => _log.Trust;

    public void Dispose() => _log.Dispose();

    public Task<byte[]> ExportAsync() => _log.ExportAsync(
        _log.Request(Enumerable.Range(0, (int)_log.Size).Select(i => (long)i)) with { Reveals = _contents });

    /// <summary>The bundle as somebody who knows its form would change it.</summary>
    public static byte[] Damage(byte[] bundle, string damage) => damage switch
    {
        "other words" => Line(bundle, 0, l => Flip(l, "\"payload\":\"")),
        "other salt" => Line(bundle, 0, l => Flip(l, "\"salt\":\"")),
        "other place" => Line(bundle, 1, l => l.Replace("/record/output", "/record/review", StringComparison.Ordinal)),
        "other entry" => Line(bundle, 0, l => l.Replace("\"index\":5", "\"index\":4", StringComparison.Ordinal)),
        "nowhere" => Line(bundle, 3, l => l.Replace("\"index\":7", "\"index\":999", StringComparison.Ordinal)),
        "one out" => BundleFiles.Edit(bundle, File, lines => lines[1..]),
        "twice" => BundleFiles.Edit(bundle, File, lines => [lines[0], .. lines]),
        "reversed" => BundleFiles.Edit(bundle, File, lines => [.. lines.Reverse()]),
        "cut" => BundleFiles.With(bundle, (File, BundleFiles.Read(bundle, File)[..^9])),
        "file out" => BundleFiles.Without(bundle, File),
        _ => throw new ArgumentOutOfRangeException(nameof(damage)),
    };

    private static byte[] Line(byte[] bundle, int at, Func<string, string> change) => BundleFiles.Edit(
        bundle, File, lines =>
        {
            var changed = change(lines[at]);
            Assert.NotEqual(lines[at], changed);
            return [.. lines[..at], changed, .. lines[(at + 1)..]];
        });

    private static string Flip(string line, string behind)
    {
        var at = line.IndexOf(behind, StringComparison.Ordinal) + behind.Length;
        return line[..at] + (line[at] == 'A' ? 'B' : 'A') + line[(at + 1)..];
    }

    private void Say(string input, string output)
    {
        var index = _log.Size;
        _log.Add("sys:loans", "node-0", new JsonObject
        {
            ["type"] = "decision.outcome",
            ["input"] = Commit(index, "input", input),
            ["output"] = Commit(index, "output", output),
        });
    }

    private JsonObject Commit(long index, string name, string text)
    {
        var (salt, payload) = (RandomNumberGenerator.GetBytes(32), Encoding.UTF8.GetBytes(text));
        _contents.Add(new RevealedPayload(index, $"/record/{name}", salt, payload));
        return new JsonObject
        {
            ["hmac"] = Convert.ToBase64String(HMACSHA256.HashData(salt, payload)),
            ["length"] = payload.Length,
            ["media"] = "application/json",
            ["capture"] = "full",
        };
    }
}
