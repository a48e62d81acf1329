namespace Provost.Cli.Tests;

/// <summary>What was typed wrongly is told with its option and remedy, with exit code 2 and before a server is asked.
/// </summary>
[Collection(nameof(Terminal))]
public sealed class UsageTests : IDisposable
{
    private readonly Terminal _terminal = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("provost-usage-").FullName;

    [Theory]
    [InlineData("retire", "desk")]
    [InlineData("test", "--release", "desk@1", "--limit", "many")]
    [InlineData("exception")]
    [InlineData("people", "pipelines", "end", "nosuch")]
    public void A_command_that_cannot_be_read_is_no_refusal(params string[] typed) =>
        Assert.Equal(2, _terminal.Run(typed).Code);

    [Theory]
    [InlineData("no address of a server", "login", "--server", "localhost", "--mail", "a@acme.example")]
    [InlineData("1 to 72 hours", "exception", "ask", "desk", "--scope", "release=1", "--reason", "r", "--until",
        "999999999h")]
    [InlineData("1 to 72 hours", "exception", "ask", "desk", "--scope", "release=1", "--reason", "r", "--until", "0h")]
    [InlineData("--until: 'tomorrow'", "exception", "ask", "desk", "--scope", "release=1", "--reason", "r", "--until",
        "tomorrow")]
    [InlineData("--leaving is for a rehearsal", "rollback", "desk", "--leaving", "3.2.0")]
    [InlineData("--release is for a real rollback", "rollback", "desk", "--rehearse", "--release", "3.2.0")]
    [InlineData("--junit: there is no folder", "test", "--release", "desk@1", "--junit", "/nowhere/at/all/junit.xml")]
    [InlineData("--shutdown: '2027-13-45'", "vendors", "notice", "add", "--provider", "p", "--model", "m",
        "--source", "https://p.example", "--shutdown", "2027-13-45")]
    public void A_value_is_refused_with_its_option(string said, params string[] typed)
    {
        var answer = _terminal.Run(typed);
        Assert.Equal(2, answer.Code);
        Assert.Contains(said, answer.Said);
    }

    [Theory]
    [InlineData("[]", "no list of notices")]
    [InlineData("null", "no list of notices")]
    [InlineData("""{"notices":"x"}""", "no list of notices")]
    [InlineData("""{"notices":[7]}""", "notice 1 is no object")]
    [InlineData("""{"notices":[{"provider":"p","model":"m","shutdown":7,"source":"s"}]}""", "notice 1: shutdown")]
    [InlineData("""{"notices":[{"model":"m","shutdown":"2027-01-01","source":"s"}]}""", "notice 1: provider")]
    [InlineData("""{"notices":[{"provider":"p","model":"m","shutdown":"soon","source":"s"}]}""", "1, shutdown: 'soon'")]
    [InlineData("{", "no JSON")]
    public void A_feed_that_is_none_is_refused_with_the_notice_and_the_member(string feed, string said)
    {
        var file = Path.Combine(_folder, "feed.json");
        File.WriteAllText(file, feed);
        var answer = _terminal.Run("vendors", "notice", "import", file);
        Assert.Equal(2, answer.Code);
        Assert.Contains(said, answer.Said);
    }

    [Fact]
    public void A_gate_that_cannot_read_the_manifest_says_no_no()
    {
        var file = Path.Combine(_folder, "provost.yaml");
        File.WriteAllText(file, "kind: Colour\n");
        Assert.Equal(2, _terminal.Run("gate", "--manifest", file).Code);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_stops_an_import_before_anything_is_registered()
    {
        var file = Path.Combine(_folder, "inventory.csv");
        File.WriteAllText(file, "name,unit\n");
        var answer = _terminal.Run("import", file, "--manifests", Path.Combine(file, "in-a-file"));
        Assert.Equal(2, answer.Code);
        Assert.Contains("Name a file or folder", answer.Said);
    }

    public void Dispose()
    {
        _terminal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
