using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;
using static Provost.Gateway.Tests.Manifests.ManifestSamples;

namespace Provost.Gateway.Tests.Manifests;

public sealed class ManifestPropertyTests
{
    [Fact]
    public void Whatever_the_bytes_the_answer_is_a_document_or_errors_with_a_place()
    {
        var sources = new[] { LlmSystem + "---\n" + LlmRelease, ScoringSystem + "---\n" + ScoringRelease };
        var edits = from text in Gen.Elements(sources)
                    from at in Gen.Choose(0, 4000)
                    from length in Gen.Choose(0, 12)
                    from insert in Gen.Elements(
                        "", "{", "}", "[", "]", ":", "- ", "&a ", "*a", "!x ", "\t", "\n", "\n---\n", "|", ">", "'",
                            "\"",
                        "? ", "%", "\uFEFF", "\0", "<<: ", "#", "\\u", "é", "\n...\n", ", , ", "\r")
                    select (text, at, length, insert);
        Prop.ForAll(Arb.From(edits.ListOf().Where(list => list.Count is > 0 and < 6)), list =>
        {
            var text = list[0].text;
            foreach (var edit in list)
            {
                var at = edit.at % text.Length;
                text = text.Remove(at, Math.Min(edit.length, text.Length - at)).Insert(at, edit.insert) + " ";
            }

            return IsSound(Parse(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    [Fact]
    public void Arbitrary_bytes_are_errors_with_a_place()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsSound(Parse(bytes))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Deep_nesting_is_an_error_and_not_a_crash()
    {
        Assert.Contains(Parse(new string('[', 100_000)).Errors, e => e.Message.Contains("deeper than 24"));
        Assert.Contains(Parse(string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n"))).Errors,
            e => e.Message.Contains("deeper than 24"));
    }

    [Fact]
    public void Any_parameter_that_is_written_reads_back_to_the_same_release()
    {
        var scalar = Gen.Elements(
            "0", "1", "-3", "0.5", "-0.25", "1e3", "2.50", "true", "false", "null", "word", "\"0.5\"", "'true'",
                "\"\"", "é");
        var value = scalar.Or(scalar.ArrayOf().Select(items => $"[{string.Join(", ", items)}]"))
            .Or(from key in Gen.Elements("a", "b", "number", "object", "min", "max")
                from inner in scalar
                select $"{{ {key}: {inner} }}")
            .Or(from a in scalar from b in scalar select $"{{ object: {{ number: {a} }}, b: {b} }}")
            .Or(from a in scalar select $"{{ object: {{ object: {{ number: {a} }} }} }}");
        Prop.ForAll(Arb.From(value), text =>
        {
            var set = ParseBoth(LlmRelease.Replace("temperature: 0.2", "temperature: " + text));
            if (set.Errors.Count > 0)
            {
                return false;
            }

            var release = set.Releases[0];
            var back = ReleaseDocument.Read(release.ReleaseJson);
            return back.Digest == release.Digest && CanonicalJson.IsCanonical(release.ReleaseJson)
                && Plain(back) == Plain(release);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

        static string? Plain(ReleaseDocument release) =>
            release.Spec.Model.Parameters["temperature"].Value?.GetRawText();
    }

    [Fact]
    public void A_flipped_byte_of_release_json_is_refused_or_is_another_release()
    {
        var release = ReleaseOf(LlmRelease);
        Prop.ForAll(Gen.Choose(0, release.ReleaseJson.Length - 1).ToArbitrary(), Gen.Choose(1, 255).ToArbitrary(),
            (at, flip) =>
            {
                var bytes = release.ReleaseJson.ToArray();
                bytes[at] ^= (byte)flip;
                try
                {
                    var read = ReleaseDocument.Read(bytes);
                    return read.Digest != release.Digest && read.Digest == Digest.Of(bytes);
                }
                catch (ManifestException)
                {
                    return true;
                }
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    private static bool IsSound(ManifestSet set) =>
        set.Errors.All(error => error is { Line: > 0, Column: > 0, Message.Length: > 0, Remedy.Length: > 0 });
}
