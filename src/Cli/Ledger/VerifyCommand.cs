using System.CommandLine;
using System.Text.Json.Nodes;
using Provost.Cli.Output;
using Provost.Ledger.Checkpoints;
using Provost.Ledger.Statements;
using Provost.Ledger.Verification;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger verify</c>: a bundle, a receipt or a ledger folder, offline, with pinned keys.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Subject = new("what")
    {
        Description = "An exported bundle, a receipt (.tlog-proof), or a ledger folder.",
    };

    private static readonly Option<string> Trust = new("--trust")
    {
        Description = "The pinned keys (trust.json, kept outside the server).",
        DefaultValueFactory = _ => "trust.json",
    };

    private static readonly Option<string> Since = new("--since")
    {
        Description = "A checkpoint you saw before, in place of the one remembered: it must be continued.",
    };

    private static readonly Option<bool> NoMemory = new("--no-memory")
    {
        Description = "Neither compare with the checkpoint remembered here nor remember this one.",
    };

    private static readonly Option<string> Entry = new("--entry")
    {
        Description = "The entry that a receipt is for, where it is not inside the receipt.",
    };

    private static readonly Option<string[]> Witness = new("--witness")
    {
        Description = "A witness's verifier key (vkey of type 0x04); give it once for each witness.",
    };

    private static readonly Option<int> Quorum = new("--quorum")
    {
        Description = "How many of the witnesses must have cosigned (default: all that are named).",
        DefaultValueFactory = _ => -1,
    };

    private static readonly Option<long?> AcceptReset = new("--accept-reset")
    {
        Description = "Index of a reset by the root key that explains why the remembered checkpoint is not continued.",
    };

    private static readonly Option<string[]> Anchor = new("--anchor")
    {
        Description = "A file of checkpoints that an anchor kept (its file, a mailbox, a note); with a ledger folder.",
    };

    public static Command Create()
    {
        var json = JsonOption.Create();
        var command = new Command("verify", "Verify a bundle, a receipt or a ledger folder, offline.")
        {
            Subject, Trust, Since, NoMemory, Entry, Witness, Quorum, AcceptReset, Anchor, json,
        };
        command.SetAction(parse =>
        {
            var report = Run(parse);
            Say(report, Ended(parse.GetValue(Subject)!, report), parse.GetValue(json));
            return report.FirstFault is { } fault ? VerdictCode.Of(fault.Kind) : VerdictCode.Proved;
        });
        return command;
    }

    private static VerificationReport Run(ParseResult parse)
    {
        var trust = ReadTrust(parse.GetValue(Trust)!);
        var witnesses = Witnesses(parse);
        var isRemembered = !parse.GetValue(NoMemory);
        var remembered = isRemembered ? CheckpointMemory.Recall(trust) : null;
        var previous = parse.GetValue(Since) is { } since ? CheckpointMemory.Read(since) : remembered;
        var report = Verify(parse, trust, previous, witnesses);
        if (isRemembered && (remembered is null || remembered == previous))
            CheckpointMemory.Keep(report, trust, remembered);

        return report;
    }

    private static VerificationReport Verify(
        ParseResult parse, TrustFile trust, Checkpoint? previous, WitnessPolicy witnesses)
    {
        var (subject, entry) = (parse.GetValue(Subject)!, parse.GetValue(Entry));
        var anchors = parse.GetValue(Anchor) ?? [];
        if (Directory.Exists(subject))
        {
            var kept = anchors.Select(file => ReadAnchor(file, trust)).ToList();
            var report = LedgerDirectoryVerifier.Verify(
                subject, trust, previous, witnesses, parse.GetValue(AcceptReset), [.. kept.SelectMany(a => a.Found)]);
            return report with
            {
                NotChecked = [.. report.NotChecked, .. kept.SelectMany(a => a.PassedOver).Select(p => $"Anchor {p}")],
            };
        }

        if (anchors.Length > 0)
            throw new CommandFault("--anchor: a ledger folder is held against anchors; name the folder.", 2);

        if (!File.Exists(subject))
            throw new CommandFault($"{subject} is neither a bundle, a receipt nor a ledger folder.", 2);

        using var file = File.OpenRead(subject);
        if (!IsReceipt(file))
            return BundleVerifier.Verify(file, trust, previous, witnesses);

        var receipt = new byte[(int)Math.Min(file.Length, ReceiptVerifier.MaxBytes + 1)];
        file.ReadExactly(receipt);
        return ReceiptVerifier.Verify(
            receipt, entry is null ? null : File.ReadAllBytes(entry), trust, previous, witnesses);
    }

    /// <summary>Content that the verified log says was destroyed; null when that cannot be said.</summary>
    private static IReadOnlyList<ContentEnded>? Ended(string subject, VerificationReport report)
    {
        if (report.Checkpoint is not { } verified)
            return [];

        if (Directory.Exists(subject))
            return ErasedContent.InFolder(subject, verified);

        using var file = File.OpenRead(subject);
        return IsReceipt(file) ? null : ErasedContent.InBundle(file);
    }

    private static bool IsReceipt(FileStream file)
    {
        var start = new byte[64];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return ReceiptVerifier.IsReceipt(start.AsSpan(0, length));
    }

    /// <summary>The pinned keys of a file.</summary>
    /// <exception cref="CommandFault">There is none, or it is not one.</exception>
    internal static TrustFile ReadTrust(string file)
    {
        if (!File.Exists(file))
            throw new CommandFault($"{file} does not exist. Name the pinned keys with --trust.", 2);

        try
        {
            return TrustFile.Parse(File.ReadAllBytes(file));
        }
        catch (FormatException wrong)
        {
            throw new CommandFault($"{file}: {wrong.Message}", 2);
        }
    }

    private static AnchorFile ReadAnchor(string file, TrustFile trust)
    {
        if (!File.Exists(file))
            throw new CommandFault($"--anchor: {file} does not exist.", 2);

        try
        {
            return AnchorFile.Read(file, trust);
        }
        catch (FormatException wrong)
        {
            throw new CommandFault($"--anchor: {wrong.Message}", 2);
        }
    }

    private static WitnessPolicy Witnesses(ParseResult parse)
    {
        try
        {
            var keys = (parse.GetValue(Witness) ?? []).Select(WitnessKey.Parse).ToList();
            var quorum = parse.GetValue(Quorum);
            return new WitnessPolicy(keys, quorum < 0 ? keys.Count : quorum);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw new CommandFault($"--witness, --quorum: {wrong.Message}", 2);
        }
    }

    private static void Say(VerificationReport report, IReadOnlyList<ContentEnded>? ended, bool json)
    {
        if (json)
            Print.Line(Json(report, ended).ToJsonString());
        else
            Words(report, ended);
    }

    private static JsonObject Json(VerificationReport report, IReadOnlyList<ContentEnded>? ended) => new()
    {
        ["ok"] = report.Ok,
        ["entries"] = report.EntriesChecked,
        ["fault"] = report.FirstFault is { } first
            ? new JsonObject
            {
                ["index"] = first.Index,
                ["stream"] = first.Stream,
                ["seq"] = first.Seq,
                ["kind"] = first.Kind.ToString(),
                ["message"] = first.Message,
            }
            : null,
        ["checked"] = new JsonArray([.. report.Checked.Select(c => (JsonNode)c)]),
        ["notChecked"] = new JsonArray([.. report.NotChecked.Select(c => (JsonNode)c)]),
        ["contentEnded"] = ended is null ? null : new JsonArray([.. ended.Select(EndedJson)]),
    };

    private static JsonNode EndedJson(ContentEnded end) => new JsonObject
    {
        ["entry"] = end.Entry,
        ["kind"] = end.IsErasure ? "erased" : "term",
        ["by"] = end.By,
        ["at"] = end.At,
        ["basis"] = end.Basis,
        ["completeOn"] = end.CompleteOn,
        ["affected"] = end.Affected,
        ["first"] = new JsonArray([.. end.First.Select(i => (JsonNode)i)]),
    };

    private static void Words(VerificationReport report, IReadOnlyList<ContentEnded>? ended)
    {
        if (report.FirstFault is { } fault)
        {
            Print.Line(fault.Index is { } index
                ? $"BROKEN. First wrong entry: {index} (stream {fault.Stream}, seq {fault.Seq})"
                : "BROKEN.");
            Print.Line($"  {fault.Kind}: {fault.Message}");
        }
        else
        {
            Print.Line($"PROVED. {report.EntriesChecked} entries.");
        }

        foreach (var line in report.Checked)
            Print.Line($"  checked: {line}");
        foreach (var line in report.NotChecked)
            Print.Line($"  NOT checked: {line}");
        if (ended is null)
            Print.Line("  NOT checked: whether contents were erased: no act of governance is inside.");
        foreach (var end in ended ?? [])
            Print.Line($"  {end}");
    }
}
