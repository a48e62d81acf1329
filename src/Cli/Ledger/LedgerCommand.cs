using System.CommandLine;
using Provost.Cli.Decisions;
using Provost.Cli.Output;
using Provost.Cli.Session;

namespace Provost.Cli.Ledger;

/// <summary><c>provost ledger</c>: the log's key, exports, and verification that needs no server.</summary>
internal static class LedgerCommand
{
    public static Command Create() => new("ledger", "The log: its key, exports, verification.")
    {
        Key(), Export(), VerifyCommand.Create(),
    };

    private static Command Key() => Verb.Create(
        "key", "The log's verifier key (vkey); pin it outside the server.", [],
        (_, client, cancellationToken) => client.GetAsync("/api/ledger/key", cancellationToken),
        answer => Print.Line((string)answer["vkey"]!));

    private static Command Export()
    {
        var filter = new DecisionFilterOptions();
        var output = new Option<string>("--out") { Description = "The bundle to write.", Required = true };
        var command = new Command("export", "Export decisions with proofs, for anyone to verify.") { output };
        foreach (var option in filter.All)
            command.Add(option);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ControlClient.Open();
            var path = Path.GetFullPath(parse.GetValue(output)!);
            var temporary = path + ".part";
            await using (var file = File.Create(temporary))
            {
                await client.DownloadAsync(
                    Verb.Query("/api/ledger/export", filter.Of(parse)), file, cancellationToken);
            }

            File.Move(temporary, path, overwrite: true);
            Print.Line($"Wrote {path}. Check it: provost ledger verify {path} --trust trust.json");
            return 0;
        });
        return command;
    }
}
