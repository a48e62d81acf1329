using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;
using static Provost.Gateway.Tests.Manifests.ManifestSamples;

namespace Provost.Gateway.Tests.Manifests;

public sealed class ManifestDiffTests
{
    [Fact]
    public void Nothing_changed_is_an_empty_difference() =>
        Assert.Empty(ManifestDiff.Between(State(), State()).Changes);

    [Fact]
    public void Names_each_field_with_what_it_was_and_is()
    {
        var after = State(
            LlmRelease.Replace("temperature: 0.2", "temperature: 1").Replace(", stop: [\"END\"]", ""),
            LlmSystem.Replace("[public, customer]", "[public, customer, financial]"));

        var difference = ManifestDiff.Between(State(), after);

        Assert.Equal(
            [
                ("release.spec.model.parameters.stop[0]", "\"END\"", null),
                ("release.spec.model.parameters.temperature", """{"number":"0.2"}""", "1"),
                ("terms.spec.intake.dataClasses[2]", null, "\"financial\""),
            ],
            difference.Changes.Select(change => (change.Path, change.Before, change.After)));
        Assert.Equal(Digest.Of(difference.Json), difference.Digest);
        Assert.True(CanonicalJson.IsCanonical(difference.Json));
    }

    [Fact]
    public void Shows_a_changed_prompt_by_words()
    {
        var change = Assert.Single(ManifestDiff.Between(State(), State(prompt: Prompt.Replace("Nothing", "Something")))
            .Changes);

        Assert.Equal("release.files.prompts/refund.md", change.Path);
        Assert.Equal(
            [
                new WordPiece(WordPieceKind.Same, "You answer {{name}} about refunds.\n"),
                new WordPiece(WordPieceKind.Removed, "Nothing"),
                new WordPiece(WordPieceKind.Added, "Something"),
                new WordPiece(WordPieceKind.Same, " else.\n"),
            ],
            change.Words);
    }

    [Fact]
    public void At_the_first_approval_everything_is_new()
    {
        var difference = ManifestDiff.Between(null, State());

        Assert.All(difference.Changes, change => Assert.Null(change.Before));
        Assert.Contains(difference.Changes, change => change.Path == "terms.spec.purpose");
    }

    [Fact]
    public void The_digest_needs_no_files_and_tells_two_starting_points_apart()
    {
        var after = State(LlmRelease.Replace("0.2", "0.3"));
        var bare = new Dictionary<string, byte[]>();

        var digest = ManifestDiff.Between(State(), after).Digest;

        Assert.Equal(digest, ManifestDiff.Between(State() with { Files = bare }, after with { Files = bare }).Digest);
        Assert.NotEqual(digest, ManifestDiff.Between(State(LlmRelease.Replace("0.2", "0.1")), after).Digest);
        Assert.NotEqual(digest, ManifestDiff.Between(null, after).Digest);
    }

    [Fact]
    public void Pieces_join_to_both_texts()
    {
        var text = Gen.Elements("a", "b", "word", " ", "\n", ".", "é").ArrayOf().Select(string.Concat);
        Prop.ForAll(Arb.From(text), Arb.From(text), (before, after) =>
        {
            var pieces = WordDiff.Between(before, after);
            return Join(pieces, WordPieceKind.Added) == before && Join(pieces, WordPieceKind.Removed) == after;
        }).QuickCheckThrowOnFailure();

        static string Join(IReadOnlyList<WordPiece> pieces, WordPieceKind without) =>
            string.Concat(pieces.Where(piece => piece.Kind != without).Select(piece => piece.Text));
    }

    private static ManifestState State(string release = LlmRelease, string system = LlmSystem, string prompt = Prompt)
    {
        var files = Files();
        files["prompts/refund.md"] = Encoding.UTF8.GetBytes(prompt);
        var set = Parse(system + "---\n" + release, files);
        Assert.Empty(set.Errors);
        return new ManifestState(set.Releases[0].ReleaseJson, set.System!.TermsJson, set.Files);
    }
}
