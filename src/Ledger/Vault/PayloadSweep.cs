using Provost.Ledger.Payloads;
using Provost.Ledger.Tree;

namespace Provost.Ledger.Vault;

/// <summary>What a sweep deleted.</summary>
public readonly record struct Swept(int Files, long Bytes);

/// <summary>
/// Gives the space of destroyed contents back: a file of sealed parts is deleted once the vault says of everything in
/// it that it was erased or has ended. The newest file of each node stays, because it says how far the node's parts are
/// copied. What was lost without an act stays too: a key that comes back from a backup may open it.
/// </summary>
/// <param name="vault">Who knows what can still be opened.</param>
/// <param name="payloadFolder">Where the sealed parts are, a folder a node.</param>
public sealed class PayloadSweep(IPayloadVault vault, string payloadFolder)
{
    /// <summary>One round over all files.</summary>
    /// <exception cref="IOException">The vault or the disk gave no answer; the next round goes on.</exception>
    public Swept Run(CancellationToken cancellationToken)
    {
        var swept = default(Swept);
        if (!Directory.Exists(payloadFolder))
            return swept;

        foreach (var folder in Directory.EnumerateDirectories(payloadFolder))
        {
            var files = PayloadFile.List(folder);
            var before = swept.Files;
            for (var i = 0; i + 1 < files.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var request = new GoneRequest(Path.GetFileName(folder), files[i].First, files[i + 1].First);
                if (!vault.IsGone(request).IsGone)
                    continue;

                var length = new FileInfo(files[i].Path).Length;
                File.Delete(files[i].Path);
                swept = new Swept(swept.Files + 1, swept.Bytes + length);
            }

            if (swept.Files > before)
                DurableFile.SyncFolder(folder);
        }

        return swept;
    }
}
