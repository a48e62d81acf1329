using Dapper;
using Provost.Control.Storage;

namespace Provost.Control.Access;

/// <summary>The tables of personal data. Rows are told from what they open, never believed.</summary>
public sealed class PeopleStore(Database database)
{
    private const string Columns =
        "person AS Person, mail AS Mail, mail_salt AS MailSalt, name AS Name, name_salt AS NameSalt";

    internal Task<IReadOnlyList<PersonRow>> AllAsync(CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<PersonRow>>(async (connection, token) =>
        [
            .. await connection.QueryAsync<PersonRow>(
                new CommandDefinition($"SELECT {Columns} FROM person", cancellationToken: token)),
        ], cancellationToken);

    internal Task<IReadOnlyList<PersonRow>> ByMailAsync(string mail, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<PersonRow>>(async (connection, token) =>
        [
            .. await connection.QueryAsync<PersonRow>(new CommandDefinition(
                $"SELECT {Columns} FROM person WHERE lower(mail) = lower(@mail)", new { mail },
                cancellationToken: token)),
        ], cancellationToken);

    internal Task AddAsync(PersonRow row, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO person (person, mail, mail_salt, name, name_salt, added)
            VALUES (@Person, @Mail, @MailSalt, @Name, @NameSalt, @Added)
            """,
            new { row.Person, row.Mail, row.MailSalt, row.Name, row.NameSalt, Added = now.UtcDateTime },
            cancellationToken: token)), cancellationToken);

    internal Task RemoveAsync(string person, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM person WHERE person = @person", new { person }, cancellationToken: token)),
            cancellationToken);

    internal Task<PasswordRow?> PasswordAsync(string person, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.QuerySingleOrDefaultAsync<PasswordRow>(
            new CommandDefinition(
                "SELECT person AS Person, salt AS Salt, iterations AS Iterations, hash AS Hash FROM password "
                + "WHERE person = @person",
                new { person }, cancellationToken: token)), cancellationToken);

    internal Task SetPasswordAsync(PasswordRow row, CancellationToken cancellationToken) =>
        database.RunAsync((connection, token) => connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO password (person, salt, iterations, hash) VALUES (@Person, @Salt, @Iterations, @Hash)
            ON CONFLICT (person) DO UPDATE SET salt = @Salt, iterations = @Iterations, hash = @Hash
            """,
            row, cancellationToken: token)), cancellationToken);
}
