using Microsoft.Extensions.Logging;

namespace Provost.Control.Custody.Processes;

/// <summary>How well the platform's keys are kept, and why no better.</summary>
/// <param name="Level"><c>C0</c>: one user holds everything. <c>C1</c>: signer and vault are processes of users of
/// their own, and the database of a third.</param>
public sealed record CustodyLevel(string Level, string Why);

/// <summary>The processes that hold the platform's keys, for one data folder.</summary>
public sealed class Custodians : IAsyncDisposable
{
    private readonly CustodyChild _signer;
    private readonly CustodyChild _vault;

    private Custodians(CustodyChild signer, SignerLink signerLink, CustodyChild vault, VaultLink vaultLink)
    {
        (_signer, Signer, _vault, Vault) = (signer, signerLink, vault, vaultLink);
        signer.Began = () => SignerBegan();
    }

    public SignerLink Signer { get; }

    public VaultLink Vault { get; }

    public required CustodyLevel Level { get; init; }

    /// <summary>Why the signer does not answer, null while it does.</summary>
    public string? SignerAway => _signer.Failure ?? Signer.Away;

    /// <summary>Why the vault does not answer, null while it does.</summary>
    public string? VaultAway => _vault.Failure ?? Vault.Away;

    /// <summary>Called each time the signer has begun to answer. Set once, by the host.</summary>
    public Action SignerBegan { get; set; } = static () => { };

    /// <summary>Begins to start the processes; returns before they answer.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="hourFolder">Where the gateways leave their hour keys.</param>
    /// <exception cref="IOException">A folder cannot be made.</exception>
    public static async Task<Custodians> StartAsync(
        string data, string hourFolder, TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        var signer = await CustodyPlace.ChooseAsync(data, CustodyProcess.Signer, offset: 0, time, cancellationToken);
        var vault = await CustodyPlace.ChooseAsync(data, CustodyProcess.Vault, offset: 1, time, cancellationToken);
        CustodyPlace.TakeOver(Path.Combine(data, "keys"), signer.Folder, vault.Folder);
        var children = new[] { signer, vault }.Select(place =>
        {
            place.Account.Own(place.Folder);
            return CustodyChild.Start(place.Options(), time, logs.CreateLogger<CustodyChild>());
        }).ToList();
        return new Custodians(
            children[0], new SignerLink(signer.Socket, signer.Account.User),
            children[1], new VaultLink(vault.Socket, vault.Account.User, hourFolder))
        {
            Level = LevelOf(signer, vault),
        };
    }

    /// <summary>Completes once both have answered for the first time.</summary>
    /// <exception cref="IOException">One does not come in time.</exception>
    public async Task WaitAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        foreach (var (name, child) in new[] { ("signer", _signer), ("vault", _vault) })
        {
            try
            {
                await child.WaitAsync(within, cancellationToken);
            }
            catch (TimeoutException late)
            {
                throw new IOException($"The {name} does not start: {child.Failure}", late);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        Vault.Dispose();
        await _signer.DisposeAsync();
        await _vault.DisposeAsync();
    }

    private static CustodyLevel LevelOf(CustodyPlace signer, CustodyPlace vault)
    {
        if ((signer.Closed ?? vault.Closed) is { } closed)
            return new CustodyLevel("C0", closed);

        return signer.Account.IsOwn && vault.Account.IsOwn
            ? new CustodyLevel("C1",
                $"the signer runs as {signer.Account.Name}, the vault as {vault.Account.Name}, the server as "
                + $"{Environment.UserName}, who as root can read their keys")
            : new CustodyLevel("C0",
                $"signer, vault and server are processes of one user, {signer.Account.Name}: "
                + "start as root for users of their own");
    }
}
