using System.Collections.Frozen;
using Provost.Control.Governance;
using Provost.Control.Storage;

namespace Provost.Control.Access;

/// <summary>
/// Names and addresses of the people in the roster, as far as rows open the log's commitments. Kept in memory, so that
/// pages can be sent and pages shown with the database down; a row that opens nothing is a finding and counts for
/// nothing.
/// </summary>
public sealed class PeopleDirectory(PeopleStore store, GovernanceLog log)
{
    private volatile FrozenDictionary<string, PersonCard> _cards = FrozenDictionary<string, PersonCard>.Empty;
    private volatile IReadOnlyList<string> _findings = [];

    /// <summary>Person ids whose row does not open the log's commitments, at the last look.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Grows whenever the known names change: whoever passed names on looks at it.</summary>
    public int Edition { get; private set; }

    /// <summary>Who that is; null when unknown here.</summary>
    public PersonCard? Find(string person) => _cards.GetValueOrDefault(person);

    /// <summary>The name to show: the id when nothing else is known.</summary>
    public string NameOf(string person) => Find(person)?.Name ?? person;

    /// <summary>Reads all rows again.</summary>
    /// <exception cref="DatabaseDownException">The database is down; what was known stays.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var people = log.State.Roster.People;
        var cards = new Dictionary<string, PersonCard>();
        var findings = new List<string>();
        foreach (var row in await store.AllAsync(cancellationToken))
        {
            if (people.GetValueOrDefault(row.Person) is not { } person)
                continue;

            if (row.Opens(person))
                cards.Add(row.Person, new PersonCard(row.Person, row.Name, row.Mail));
            else
                findings.Add(row.Person);
        }

        if (cards.Count != _cards.Count || cards.Any(c => _cards.GetValueOrDefault(c.Key) != c.Value))
        {
            _cards = cards.ToFrozenDictionary();
            Edition++;
        }

        _findings = findings;
    }

    /// <summary>The active person of a mail address, by a row that opens the log's commitment; null when
    /// none.</summary>
    /// <exception cref="DatabaseDownException">The database is down.</exception>
    public async Task<Person?> ByMailAsync(string mail, CancellationToken cancellationToken)
    {
        foreach (var row in await store.ByMailAsync(mail.Trim(), cancellationToken))
        {
            if (log.State.Roster.Live(row.Person) is { } person && row.Opens(person))
                return person;
        }

        return null;
    }

    /// <summary>Keeps the cache fresh: reads the rows whenever the database comes up, then every minute.</summary>
    public async Task RunAsync(Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await database.WhenUpAsync(cancellationToken);
                await RefreshAsync(cancellationToken);
                await Task.Delay(TimeSpan.FromMinutes(1), time, cancellationToken);
            }
            catch (DatabaseDownException)
            {
                // Down is a normal state: the next turn waits until it is up.
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
