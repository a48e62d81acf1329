namespace Provost.Ledger.Vault;

/// <summary>
/// All that anybody may ask of the vault. Requests and answers are plain records, so that another process can hold the
/// keys. Every call may be repeated; each throws <see cref="IOException"/> when the vault's disk fails.
/// </summary>
public interface IPayloadVault
{
    /// <summary>How many entries of the log have their payloads under subjects' keys.</summary>
    long Through { get; }

    /// <summary>Changes when the vault may be another than before, for example one put back from a backup: it may not
    /// have done then what it was asked.</summary>
    long Incarnation { get; }

    /// <summary>Puts payloads under the keys of their subjects; durable when it returns.</summary>
    RewrapAnswer Rewrap(RewrapRequest request);

    /// <summary>Opens one payload.</summary>
    OpenAnswer Open(OpenRequest request);

    /// <summary>Groups in which a subject has a key, by its alias.</summary>
    IReadOnlyList<KeyGroup> Find(string subject);

    /// <summary>Every group, in no order.</summary>
    IReadOnlyList<GroupStatus> List();

    /// <summary>Whether records had contents of which none can ever be opened again.</summary>
    GoneAnswer IsGone(GoneRequest request);

    /// <summary>Destroys on request; durable when it returns.</summary>
    DestroyAnswer Erase(EraseRequest request);

    /// <summary>Destroys what has reached the end of its term; durable when it returns.</summary>
    DestroyAnswer EndTerm(EndTermRequest request);
}
