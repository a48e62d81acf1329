using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Provost.Ledger.Verification;

/// <summary>What Control wrote down of a node's records against what the log has of them.</summary>
public sealed class HeadCheckTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly SampleLog _log = new(600); // 300 records each of node-0 and node-1

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_head_behind_its_record_is_matched()
    {
        Head("node-0", 299);
        Head("node-1", 10);
        var report = Verify();
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains("Each of 2 heads of nodes names a record that is here as it was then.", report.Checked);
    }

    [Fact]
    public void A_head_before_its_record_is_matched_when_the_record_comes()
    {
        Head("node-0", 301);
        _log.Add("sys:loans", "node-0");
        Assert.Contains(Verify().NotChecked, says => says.Contains("the newest records of node node-0"));
        _log.Add("sys:loans", "node-0");
        Assert.Contains(Verify().Checked, says => says.StartsWith("Each of 1 heads", StringComparison.Ordinal));
        Assert.DoesNotContain(Verify().NotChecked, says => says.Contains("node-0"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_record_that_was_replaced_after_its_head_is_found(bool isHeadFirst)
    {
        if (isHeadFirst)
        {
            Head("node-0", 300, record: new string('0', 64));
            _log.Add("sys:loans", "node-0");
        }
        else
        {
            Head("node-0", 299, record: new string('0', 64));
        }

        var fault = Verify().FirstFault!;
        Assert.Equal((FaultKind.NodeGap, 600L), (fault.Kind, fault.Index));
        Assert.Contains("it was replaced before the log had it", fault.Message);
    }

    [Fact]
    public void A_tail_that_never_came_is_found_once_the_log_goes_on_without_it()
    {
        Head("node-0", 310);
        Head("node-1", 299, at: Noon.AddMinutes(2));
        Assert.True(Verify().Ok);
        _log.Add("sys:loans", "node-1");
        Head("node-1", 300, at: Noon.AddMinutes(3));
        var fault = Verify().FirstFault!;
        Assert.Equal((FaultKind.NodeGap, 600L), (fault.Kind, fault.Index));
        Assert.Contains("the log has them through 299", fault.Message);
    }

    [Fact]
    public void A_tail_that_an_entry_says_is_lost_is_told_and_no_fault()
    {
        Head("node-0", 310);
        Say("node_gap", Noon.AddMinutes(5), new JsonObject { ["node"] = "node-0", ["from"] = 300, ["to"] = 310 });
        var report = Verify();
        Assert.True(report.Ok, report.FirstFault?.Message);
        Assert.Contains(report.Checked, says =>
            says.StartsWith("Records 300 to 310 of node node-0 are lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("through")]
    [InlineData("record")]
    [InlineData("node")]
    public void A_head_without_a_member_is_no_head(string member)
    {
        var body = Body("node-0", 299, null);
        body.Remove(member);
        Say("node_head", Noon, body);
        Assert.Equal((FaultKind.Form, 600L), (Verify().FirstFault!.Kind, Verify().FirstFault!.Index!.Value));
    }

    private VerificationReport Verify()
    {
        _log.Commit();
        return LedgerDirectoryVerifier.Verify(_log.Folder, _log.Trust, previous: null);
    }

    private void Head(string node, long through, DateTimeOffset? at = null, string? record = null) =>
        Say("node_head", at ?? Noon, Body(node, through, record));

    private static JsonObject Body(string node, long through, string? record) => new()
    {
        ["node"] = node,
        ["through"] = through,
        ["record"] = record ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $$"""{"node":"{{node}}","nodeSeq":{{through}},"type":"decision.outcome"}"""))),
    };

    private void Say(string verb, DateTimeOffset at, JsonObject body) => _log.Add("gov", "control", new JsonObject
    {
        ["body"] = body,
        ["time"] = at.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ"),
        ["type"] = "gov." + verb,
    });
}
