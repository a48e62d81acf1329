using System.Net;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Provost.Stage;

namespace Provost.SystemTests.Running;

/// <summary>Authority is folded from the log: whoever edits the database grants nothing.</summary>
[Collection(nameof(Running))]
public sealed class EditedDatabaseTests(GovernedTown town)
{
    private const string Chosen = "chosen-by-the-forger-42";
    private const int Iterations = 1000;

    /// <summary>The tables of this build; a new one must be shown here to grant nothing.</summary>
    private static readonly string[] Projections =
    [
        "decision", "decision_count", "decision_facet", "decision_group", "decision_open", "guardrail_gap",
        "guardrail_minute", "index_progress", "password", "person", "refused_caller", "schema_migration",
        "waiting_change",
    ];

    [Fact]
    public async Task No_table_holds_roles_approvals_warrants_or_client_keys()
    {
        await using var copy = await town.StartAsync();
        await using var connection = await copy.OpenDatabaseAsync();
        await using var command = new NpgsqlCommand(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1
            """,
            connection);
        await using var rows = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await rows.ReadAsync())
        {
            tables.Add(rows.GetString(0));
        }

        Assert.Equal(Projections, tables);
    }

    [Fact]
    public async Task A_person_added_by_hand_cannot_sign_in_nor_can_one_whose_password_was_replaced()
    {
        await using var copy = await town.StartAsync();
        Assert.Equal(0, (await SignInAsync(copy, "leo@acme.example", copy.Staff.Leo.Password)).ExitCode);

        await ExecuteAsync(copy, "INSERT INTO person SELECT 'forged', 'forger@acme.example', mail_salt, name, "
            + "name_salt, added FROM person WHERE mail = 'dana@acme.example'");
        await ExecuteAsync(copy, "INSERT INTO password VALUES ('forged', @salt, @iterations, @hash)");
        await ExecuteAsync(copy, "UPDATE password SET salt = @salt, iterations = @iterations, hash = @hash "
            + "WHERE person = (SELECT person FROM person WHERE mail = 'leo@acme.example')");

        await RefusedAsync(copy, "forger@acme.example", Chosen);
        await RefusedAsync(copy, "leo@acme.example", Chosen);

        // nor after a restart, when everything is folded anew
        Assert.Equal(0, await copy.Server.StopAsync());
        await copy.StartAsync();
        await RefusedAsync(copy, "forger@acme.example", Chosen);
        await RefusedAsync(copy, "leo@acme.example", Chosen);
    }

    [Fact]
    public async Task A_mail_address_moved_to_another_person_signs_nobody_in_as_that_person()
    {
        await using var copy = await town.StartAsync();
        await ExecuteAsync(copy, "DELETE FROM person WHERE mail = 'dana@acme.example'");
        await ExecuteAsync(
            copy, "UPDATE person SET mail = 'dana@acme.example' WHERE mail = 'mia@acme.example'");
        await RefusedAsync(copy, "dana@acme.example", copy.Staff.Mia.Password);
        await RefusedAsync(copy, "dana@acme.example", copy.Staff.Dana.Password);
    }

    [Fact]
    public async Task Tables_emptied_or_filled_by_hand_change_nothing_that_the_gateway_admits()
    {
        await using var copy = await town.StartAsync();
        await ExecuteAsync(copy, "DELETE FROM password; DELETE FROM person; DELETE FROM decision");
        await ExecuteAsync(
            copy,
            """
            CREATE TABLE client_key (id text, hash text, system text, environment text);
            INSERT INTO client_key SELECT 'forged', 'forged', 'refund-assistant', 'production';
            CREATE TABLE approval AS SELECT 'refund-assistant' AS system, 'dana' AS person;
            CREATE TABLE role AS SELECT 'forger' AS person, 'approver' AS role;
            """);
        Assert.Equal(0, await copy.Server.StopAsync());
        await copy.StartAsync();

        using var known = copy.Client(town.ChatKeys[0]);
        Assert.Equal(HttpStatusCode.OK, (await known.AskAsync(CancellationToken.None)).Status);
        using var forged = copy.Client("pk_0000000000_" + new string('A', 43) + "_000000");
        var answer = await forged.AskAsync(CancellationToken.None);
        Assert.Equal((HttpStatusCode.Unauthorized, "provost.unknown_key"), (answer.Status, answer.Code));
    }

    private static async Task RefusedAsync(Town copy, string mail, string password)
    {
        var answer = await SignInAsync(copy, mail, password);
        Assert.True(answer.ExitCode == 1, $"{mail} was signed in: {answer.Output}{answer.Errors}");
    }

    private static Task<CommandAnswer> SignInAsync(Town copy, string mail, string password) =>
        new Persona("forger", mail, Path.Combine(copy.Folder, "homes", "forger"), () => copy.Server.Control)
        {
            Password = password,
        }.RunAsync("login", "--mail", mail);

    /// <summary>Runs SQL as the database's owner; the parameters are a password row of the forger's.</summary>
    private static async Task ExecuteAsync(Town copy, string sql)
    {
        var salt = Encoding.ASCII.GetBytes("sixteen bytes ok");
        var hash = Rfc2898DeriveBytes.Pbkdf2(Chosen, salt, Iterations, HashAlgorithmName.SHA512, 64);
        await using var connection = await copy.OpenDatabaseAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains('@', StringComparison.Ordinal) && sql.Contains("@salt", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("salt", salt);
            command.Parameters.AddWithValue("iterations", Iterations);
            command.Parameters.AddWithValue("hash", hash);
        }

        await command.ExecuteNonQueryAsync();
    }
}
