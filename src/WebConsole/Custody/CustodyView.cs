using Microsoft.AspNetCore.Http;
using Provost.Control.Anchors;
using Provost.Control.Custody;
using Provost.Control.Governance;
using Provost.WebConsole.Design;

namespace Provost.WebConsole.Custody;

/// <summary>How the platform's keys are kept now.</summary>
/// <param name="Level"><c>C0</c> or <c>C1</c>.</param>
/// <param name="Why">In words: which users hold what.</param>
/// <param name="Refusal">Why the signer signs nothing, or why no checkpoint comes; null while they come.</param>
/// <param name="VaultAway">Why the vault does not answer; null while it does.</param>
public sealed record CustodyState(string Level, string Why, string? Refusal, string? VaultAway = null)
{
    /// <summary>Where checkpoints are kept outside.</summary>
    public IReadOnlyList<AnchorState> Anchors { get; init; } = [];
}

/// <summary>Which of the root key's acts the list shows.</summary>
/// <param name="Text">A part of the words.</param>
public sealed record CustodyFilter(string? Text, int Page)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    /// <summary>The address of a page of this list, or of its copy in a format.</summary>
    public string Address(int page, string? format = null) => Query.Address(
        "/custody", ("q", Text), ("page", page > 1 ? page.ToString() : null), ("format", format));

    internal static CustodyFilter From(IQueryCollection query) => new(
        Query.Text(query, "q"),
        Query.Page(query));
}

/// <summary>Something that the root key decided about the log.</summary>
/// <param name="By">Id of who handed it in.</param>
public sealed record RootAct(DateTimeOffset At, string What, string By);

/// <summary>What the page shows.</summary>
/// <param name="Acts">The root key's acts that pass the filter, newest first.</param>
public sealed record CustodyView(
    CustodyState State, GenesisMade Facts, string Origin, IReadOnlyList<LogKey> Keys, CustodyFilter Filter,
    IReadOnlyList<RootAct> Acts)
{
    internal static CustodyView Read(ConsolePorts ports, CustodyFilter filter)
    {
        var state = ports.Governance();
        return new CustodyView(
            ports.Custody(), state.Founded.Facts, state.Founded.Facts.Origin, state.LogKeys.Keys, filter,
            [
                .. state.Resets.Made.Select(Act).Concat(state.LogKeys.Keys.Skip(1).Select(Act))
                    .Where(a => filter.Text is null
                    || a.What.Contains(filter.Text, StringComparison.OrdinalIgnoreCase))
                    .OrderByDescending(a => a.At),
            ]);
    }

    private static RootAct Act(LogKey key) => new(key.Since, $"New checkpoint key {key.Key}", key.By);

    private static RootAct Act(ResetMade reset) => new(
        reset.At,
        $"Entries {reset.Facts.Range()} reset: "
        + (reset.Facts.Signed is { } signed
            ? $"{Say.Count(signed.Size)} entries had been signed, "
            : "what had been signed is not known any more, ")
        + $"the log went on from {Say.Count(reset.Facts.Tree.Size)}",
        reset.By);
}
