namespace Provost.Stage;

/// <summary>The people of acme.example, each at a terminal of their own, and what they do together.</summary>
/// <param name="homes">The folder under which each has a home.</param>
/// <param name="control">Where the server's console and API are when a command is run.</param>
public sealed class Staff(string homes, Func<Uri> control)
{
    /// <summary>Platform administrator: may set up, may not approve.</summary>
    public Persona Pat { get; private init; } = Person("Pat Quinn", homes, control);

    /// <summary>Author of the releases; triages unknown callers.</summary>
    public Persona Mia { get; private init; } = Person("Mia Chen", homes, control);

    /// <summary>Business owner.</summary>
    public Persona Dana { get; private init; } = Person("Dana Okafor", homes, control);

    /// <summary>Technical owner, on call.</summary>
    public Persona Sam { get; private init; } = Person("Sam Adeyemi", homes, control);

    /// <summary>Deputy.</summary>
    public Persona Kim { get; private init; } = Person("Kim Doyle", homes, control);

    /// <summary>Approver, owner of nothing.</summary>
    public Persona Ana { get; private init; } = Person("Ana Ruiz", homes, control);

    /// <summary>Compliance officer.</summary>
    public Persona Leo { get; private init; } = Person("Leo Marin", homes, control);

    /// <summary>The same people with the same passwords, at homes and a server elsewhere.</summary>
    public Staff MovedTo(string otherHomes, Func<Uri> otherControl)
    {
        Persona Moved(Persona person) => Person(person.Name, otherHomes, otherControl, person.Password);
        return new Staff(otherHomes, otherControl)
        {
            Pat = Moved(Pat),
            Mia = Moved(Mia),
            Dana = Moved(Dana),
            Sam = Moved(Sam),
            Kim = Moved(Kim),
            Ana = Moved(Ana),
            Leo = Moved(Leo),
        };
    }

    /// <summary>The first administrator is made with the code that a first start prints.</summary>
    public async Task SetUpAsync(string setupCode) => (await Pat.RunAsync(
        "login", "--setup", setupCode, "--name", Pat.Name, "--mail", Pat.Mail)).Ok();

    /// <summary>The other six are invited, choose a password, and make a signing key on their own machine.</summary>
    public async Task JoinAsync()
    {
        await Task.WhenAll(
            JoinAsync(Dana), JoinAsync(Sam, "on-call"), JoinAsync(Kim), JoinAsync(Ana, "approver"),
            JoinAsync(Leo, "compliance"));

        // the second approver comes last: from then on the roster needs two signatures
        await JoinAsync(Mia, "approver");
    }

    /// <summary>Apply, submit as the author, do what the gate asks for before anybody approves, approve as the owner
    /// and as a second person, who has a checkout.</summary>
    /// <param name="manifest">Path of the manifest.</param>
    /// <param name="release"><c>system@version</c>.</param>
    /// <returns>The last approval's answer, as JSON: it names the warrant.</returns>
    public async Task<CommandAnswer> ReleaseAsync(string manifest, string release)
    {
        (await Mia.RunAsync("apply", manifest)).Ok();
        var submitted = (await Mia.RunAsync("submit", release, "--json")).Ok();
        var missing = string.Join('\n', submitted.Json["missing"]!.AsArray().Select(m => (string)m!));
        if (missing.Contains("provost test", StringComparison.Ordinal))
        {
            (await Mia.RunAsync("test", "--release", release)).Ok();
        }

        if (missing.Contains("--rehearse", StringComparison.Ordinal))
        {
            (await Mia.RunAsync("rollback", release.Split('@')[0], "--rehearse")).Ok();
        }

        (await Dana.RunAsync("approve", release)).Ok();
        return (await Ana.RunAsync("approve", release, "--manifest", manifest, "--json")).Ok();
    }

    /// <summary>A client key for production, issued by the technical owner.</summary>
    /// <param name="system">The system.</param>
    /// <param name="caps">Further arguments: the key's caps.</param>
    public async Task<string> IssueKeyAsync(string system, params string[] caps)
    {
        var issued = (await Sam.RunAsync(
            ["keys", "issue", system, "--environment", "production", "--json", .. caps])).Ok();
        return (string)issued.Json["key"]!;
    }

    private async Task JoinAsync(Persona person, params string[] roles)
    {
        string[] withRoles = [.. roles.SelectMany(r => new[] { "--role", r })];
        var invited = (await Pat.RunAsync(
            ["people", "add", "--name", person.Name, "--mail", person.Mail, "--json", .. withRoles])).Ok();
        (await person.RunAsync("login", "--invite", (string)invited.Json["invite"]!)).Ok();
        (await person.RunAsync("people", "key")).Ok();
    }

    private static Persona Person(string name, string homes, Func<Uri> control, string? password = null)
    {
        var first = name.Split(' ')[0].ToLowerInvariant();
        var mail = $"{first}@acme.example";
        var home = Path.Combine(homes, first);
        return password is null
            ? new Persona(name, mail, home, control)
            : new Persona(name, mail, home, control) { Password = password };
    }
}
