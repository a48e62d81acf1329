namespace Provost.Control.Governance;

/// <summary>What kind of no it is; the API turns it into a status.</summary>
public enum FaultKind
{
    /// <summary>400: the request itself is wrong.</summary>
    Invalid,

    /// <summary>401: who asks is not known.</summary>
    Unauthenticated,

    /// <summary>403: who asks may not.</summary>
    Forbidden,

    /// <summary>404: there is no such thing.</summary>
    NotFound,

    /// <summary>409: it does not fit what stands.</summary>
    Conflict,

    /// <summary>429: too many tries.</summary>
    TooMany,

    /// <summary>503: something it needs is down.</summary>
    Unavailable,
}

/// <summary>One thing that is wrong, with its place. Line and column are 0 where there is no text.</summary>
public sealed record FaultDetail(
    string Path, string Message, string Remedy, string? File = null, int Line = 0, int Column = 0);

/// <summary>An expected no: a stable code, what is wrong, and what to do about it.</summary>
/// <param name="Code"><c>provost.&lt;area&gt;.&lt;name&gt;</c>; never changes its meaning.</param>
public sealed record GovernanceFault(FaultKind Kind, string Code, string Message, string Remedy)
{
    /// <summary>Each field at fault; may be empty.</summary>
    public IReadOnlyList<FaultDetail> Details { get; init; } = [];

    /// <summary>The same fault, naming one field.</summary>
    public GovernanceFault At(string path) => this with { Details = [new FaultDetail(path, Message, Remedy)] };
}

/// <summary>What became of an act: done and durable, or refused with nothing written.</summary>
public abstract record GovernanceOutcome
{
    private GovernanceOutcome()
    {
    }

    /// <param name="State">The state with the entries applied.</param>
    /// <param name="Entries">What was written, in order.</param>
    public sealed record Done(GovernanceState State, IReadOnlyList<GovernanceEntry> Entries) : GovernanceOutcome;

    public sealed record Refused(GovernanceFault Fault) : GovernanceOutcome;
}

/// <summary>A value, or the reason why there is none.</summary>
public readonly struct Answer<T>
{
    private readonly T? _value;

    /// <summary>An answer that is there. Interfaces have no implicit conversion, so this one is public.</summary>
    public Answer(T value)
        : this(value, null)
    {
    }

    private Answer(T? value, GovernanceFault? fault)
    {
        _value = value;
        Fault = fault;
    }

    /// <summary>Null when there is a value.</summary>
    public GovernanceFault? Fault { get; }

    /// <summary>The value; asking for it in spite of a fault is a bug.</summary>
    public T Value => Fault is null ? _value! : throw new InvalidOperationException(Fault.Message);

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(GovernanceFault fault) => new(default, fault);
}
