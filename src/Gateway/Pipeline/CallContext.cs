using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Provost.Gateway.Pipeline;

/// <summary>
/// What a call belongs to, as its client says it: bounded, of a narrow form, and left out where it is of another. It is
/// recorded and nothing is decided by it; who joins steps by it keeps to one client key or to what a reader may see.
/// </summary>
internal static class CallContext
{
    private const int MaxSession = 64;

    /// <summary>Length of a <c>traceparent</c> of version 00.</summary>
    private const int TraceParentLength = 55;

    /// <summary>Members that a list may have (W3C Trace Context, section 3.3.1.1); no more are looked at.</summary>
    private const int MaxTraceState = 32;

    private static readonly SearchValues<char> SessionText =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary><c>Provost-Session</c>: 1 to 64 letters, digits, <c>_.-</c>; null where it is not that.</summary>
    public static string? Session(IHeaderDictionary headers)
    {
        var session = headers["Provost-Session"];
        return session is [{ Length: > 0 and <= MaxSession } text] && !text.AsSpan().ContainsAnyExcept(SessionText)
            ? text
            : null;
    }

    /// <summary>
    /// The trace id of a valid <c>traceparent</c>, and the decision that went before from <c>tracestate</c>'s member
    /// <c>provost</c> (the id that its answer carried in <c>Provost-Decision</c>).
    /// </summary>
    /// <remarks>W3C Trace Context level 1: https://www.w3.org/TR/trace-context-1/.</remarks>
    public static (string? Trace, Guid? Parent) Trace(IHeaderDictionary headers)
    {
        var parent = headers.TraceParent;
        if (parent is not [{ } text] || !IsTraceParent(text))
        {
            // Without a valid traceparent its state means nothing (section 3.3).
            return (null, null);
        }

        return (text.Substring(3, 32), Before(headers.TraceState.ToString()));
    }

    private static bool IsTraceParent(ReadOnlySpan<char> text) =>
        text.Length >= TraceParentLength
        && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && IsHex(text[..2]) && text[..2] is not "ff"
        && IsHex(text[3..35]) && text[3..35].ContainsAnyExcept('0')
        && IsHex(text[36..52]) && text[36..52].ContainsAnyExcept('0')
        && IsHex(text[53..55])
        && (text.Length == TraceParentLength || (text[..2] is not "00" && text[55] == '-'));

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);

    private static Guid? Before(ReadOnlySpan<char> state)
    {
        const string key = "provost=";
        var left = MaxTraceState;
        foreach (var range in state.Split(','))
        {
            var member = state[range].Trim();
            if (member.StartsWith(key, StringComparison.Ordinal))
            {
                return Guid.TryParseExact(member[key.Length..], "D", out var id) && id.Version == 7 ? id : null;
            }

            if (--left == 0)
            {
                break;
            }
        }

        return null;
    }
}
