using System.Security.Cryptography;
using System.Text;
using Provost.Ledger.Statements;

namespace Provost.Control.Access;

/// <summary>Who a person id is.</summary>
public sealed record PersonCard(string Id, string Name, string Mail);

/// <summary>A row of personal data with the salts that open its commitments.</summary>
internal sealed record PersonRow(string Person, string Mail, byte[] MailSalt, string Name, byte[] NameSalt)
{
    public string MailCommitment => Commit(MailSalt, Mail);

    public string NameCommitment => Commit(NameSalt, Name);

    /// <summary>A row with salts of its own.</summary>
    public static PersonRow New(string person, string mail, string name) => new(
        person, mail, RandomNumberGenerator.GetBytes(32), name, RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether the row opens what the log says of this person.</summary>
    public bool Opens(Person person) => person.Id == Person && person.Mail == MailCommitment
        && person.Name == NameCommitment;

    private static string Commit(byte[] salt, string value) =>
        Convert.ToBase64String(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(value)));
}

/// <summary>A password's row: PBKDF2 with HMAC-SHA-512 (RFC 8018 section 5.2).</summary>
internal sealed record PasswordRow(string Person, byte[] Salt, int Iterations, byte[] Hash)
{
    /// <summary>Shortest password.</summary>
    public const int MinLength = 12;

    /// <summary>Iterations of a new password: OWASP's figure for PBKDF2-HMAC-SHA512.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>What the log holds of the row.</summary>
    public string Digest => Ledger.Statements.Digest.Of(Encoding.UTF8.GetBytes(
        $"pbkdf2-sha512\n{Person}\n{Iterations}\n{Convert.ToBase64String(Salt)}\n{Convert.ToBase64String(Hash)}"));

    public static PasswordRow New(string person, string password, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        return new PasswordRow(person, salt, iterations, Derive(password, salt, iterations));
    }

    public bool Accepts(string password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Iterations), Hash);

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, 64);
}
