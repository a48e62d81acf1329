using Provost.Control.Access;
using Provost.Control.Governance;
using Provost.Control.Registry;
using Provost.Control.Storage;

namespace Provost.Control.Import;

/// <summary>An inventory as a client sends it.</summary>
/// <param name="File">Name that faults carry.</param>
/// <param name="DryRun">Whether everything is checked and nothing is registered.</param>
public sealed record ImportRequest(string File, string Csv, bool DryRun = false);

/// <summary>What became of a line.</summary>
/// <param name="State"><c>added</c>: a draft now, or with a dry run it would be. <c>known</c>: registered already, left
/// as it is.</param>
/// <param name="Manifest">The System document that says the same, for the system's own repository.</param>
public sealed record ImportedSystem(int Line, string Name, string Tier, string State, string Manifest);

/// <summary>What an import did.</summary>
/// <param name="Invited">Persons who were named owners and are to accept, each once.</param>
/// <param name="Applied">Whether anything was written.</param>
public sealed record ImportReport(
    IReadOnlyList<ImportedSystem> Systems, int Added, int Known, IReadOnlyList<PersonView> Invited, bool Applied);

/// <summary>
/// Registers the systems of an inventory: each line is read as the manifest that it stands for, by the same rules. One
/// fault anywhere and nothing is registered; what is registered already is left as it is, so a second run adds nothing.
/// </summary>
public sealed class ImportDesk(
    GovernanceLog log, BlobStore blobs, ManifestDesk manifests, SnapshotPublisher publisher, SystemViews views,
    Database database)
{
    public async Task<Answer<ImportReport>> ImportAsync(
        Principal asks, ImportRequest request, CancellationToken cancellationToken)
    {
        if (!database.IsUp)
            return RegistryErrors.LooseningNeedsDatabase();

        if (request.Csv.Length > Inventory.MaxLength)
            return ImportErrors.TooLong();

        var faults = new List<FaultDetail>();
        var rows = Inventory.Read(request.File, request.Csv, faults);
        var (state, read) = (log.State, new List<(ImportedSystem System, ManifestReading? Reading)>());
        foreach (var row in rows)
        {
            var manifest = row.Answers.ToManifest();
            if (state.Registry.Everywhere(row.Answers.Name).OrderByDescending(s => s.Tier == "high").FirstOrDefault()
                is { } known)
            {
                read.Add((new ImportedSystem(row.Line, row.Answers.Name, known.Tier, "known", manifest), null));
                continue;
            }

            var reading = await manifests.ReadAsync(
                asks, new ManifestRequest(request.File, manifest, new Dictionary<string, string>()), cancellationToken);
            if (reading.Fault is { } fault)
                faults.AddRange(Placed(fault, request.File, row.Line));
            else
                read.Add((
                    new ImportedSystem(
                        row.Line, row.Answers.Name, reading.Value.Plan.Tier, "added", manifest), reading.Value));
        }

        if (faults.Count > 0)
            return ImportErrors.Bad([.. faults.OrderBy(f => f.Line)]);

        return await RegisterAsync(read, request.DryRun, cancellationToken);
    }

    private async Task<Answer<ImportReport>> RegisterAsync(
        List<(ImportedSystem System, ManifestReading? Reading)> read, bool isDry, CancellationToken cancellationToken)
    {
        var drafts = read.SelectMany(r => r.Reading?.Drafts ?? []).ToList();
        if (!isDry && drafts.Count > 0)
        {
            foreach (var (_, reading) in read)
            {
                if (reading?.Set.System is { } system)
                    await blobs.PutAsync(system.TermsJson, cancellationToken);
            }

            var outcome = await log.AppendAsync(
                _ => new Answer<IReadOnlyList<GovernanceDraft>>(drafts), cancellationToken);
            if (outcome is GovernanceOutcome.Refused refused)
                return refused.Fault;

            await publisher.PublishAsync(CancellationToken.None);
        }

        var owners = drafts.Select(d => d.Body.GetProperty("owners"))
            .SelectMany(o => o.EnumerateObject().Select(p => p.Value.GetString())).OfType<string>().Distinct();
        return new ImportReport(
            [.. read.Select(r => r.System)], read.Count(r => r.Reading is not null),
            read.Count(r => r.Reading is null), [.. owners.Select(views.Person)], !isDry && drafts.Count > 0);
    }

    /// <summary>A fault of the manifest, told of the column and line that it came from.</summary>
    private static IEnumerable<FaultDetail> Placed(GovernanceFault fault, string file, int line) =>
        (fault.Details.Count > 0 ? fault.Details : [new FaultDetail("", fault.Message, fault.Remedy)])
        .Select(d => new FaultDetail(Inventory.ColumnOf(d.Path) ?? d.Path, d.Message, d.Remedy, file, line));
}
