using System.Text;
using System.Text.Json;
using Member = Provost.Control.Decisions.RecordMember;

namespace Provost.Control.Decisions;

/// <summary>Reads the members of a record that index and signals use; the last of a name counts.</summary>
internal sealed class RecordParser
{
    private readonly TextTable _texts = new();
    private readonly CohortTable _cohorts = new();

    /// <summary>The record that the reader stands on the beginning of; after it the reader stands on its end.</summary>
    /// <param name="bytes">What the reader reads.</param>
    public RecordFields Read(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw new FormatException("The record is no object.");

        var fields = new RecordFields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var member = MemberOf(json.ValueSpan);
            if (member == Member.None)
            {
                json.Skip();
                continue;
            }

            fields.Note(member);
            Take(member, ref json, bytes, fields);
        }

        return fields is { Type: not null } && fields.Has(Member.Time)
            ? fields
            : throw new FormatException("The record lacks its type or its time.");
    }

    /// <summary>The string that follows the name that the reader stands on; null for a value of another kind.</summary>
    public string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return _texts.Of(ref json);

        json.Skip();
        return null;
    }

    /// <summary>A string that hardly recurs: it would only push others out of the table.</summary>
    private static string? Own(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.GetString();

        json.Skip();
        return null;
    }

    /// <summary>The whole number that follows likewise.</summary>
    public static long? Number(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Number)
            return json.TryGetInt64(out var number) ? number : null;

        json.Skip();
        return null;
    }

    private void Take(Member member, ref Utf8JsonReader json, ReadOnlySpan<byte> bytes, RecordFields into)
    {
        switch (member)
        {
            case Member.Type: into.Type = Text(ref json); break;
            case Member.Time: json.Read(); into.Time = json.GetDateTimeOffset(); break;
            case Member.Decision: json.Read(); into.Decision = json.GetGuid(); break;
            case Member.Id: into.Id = Id(ref json); break;
            case Member.System: into.System = Text(ref json); break;
            case Member.Environment: into.Environment = Text(ref json); break;
            case Member.Release: into.Release = Text(ref json); break;
            case Member.Warrant: into.Warrant = Text(ref json); break;
            case Member.Exception: into.Exception = Text(ref json); break;
            case Member.Adoption: into.Adoption = Text(ref json); break;
            case Member.Outcome: into.Outcome = Text(ref json); break;
            case Member.Ended: into.Ended = Text(ref json); break;
            case Member.Code: into.Code = Text(ref json); break;
            case Member.Route: into.Route = Text(ref json); break;
            case Member.Caller: into.CallerKey = Inner(ref json, "key"u8); break;
            case Member.Subject: into.Subject = TextOr(ref json, "hmac"u8); break;
            case Member.Cohort: into.Cohort = Cohort(ref json, bytes); break;
            case Member.DataClass: into.DataClass = Inner(ref json, "value"u8); break;
            case Member.ModelRequested: into.ModelRequested = Text(ref json); break;
            case Member.ModelServed: into.ModelServed = Text(ref json); break;
            case Member.Fingerprint: into.Fingerprint = Text(ref json); break;
            case Member.Status: into.Status = Number(ref json); break;
            case Member.Timing: Timing(ref json, into); break;
            case Member.Usage: Usage(ref json, into); break;
            case Member.Drill: into.Drill = Flag(ref json); break;
            case Member.Guardrails: Guardrails(ref json, bytes, into); break;
            case Member.Session: into.Session = Own(ref json); break;
            case Member.Trace: into.Trace = Own(ref json); break;
            case Member.Parent: into.Parent = Id(ref json) is var parent && parent != default ? parent : null; break;
            case Member.Score: into.Score = Own(ref json); break;
            case Member.Features: into.FeaturesHmac = Inner(ref json, "hmac"u8); break;
            case Member.Body: into.Body = Body(ref json); break;
            case Member.Source: into.SourceHmac = Inner(ref json, "hmac"u8); break;
            case Member.UserAgent: into.UserAgent = Text(ref json); break;
            case Member.Model: into.Model = Text(ref json); break;
            case Member.Count: into.Count = Number(ref json); break;
            case Member.Bytes: into.Bytes = Number(ref json); break;
            case Member.From: into.From = Instant(ref json); break;
            case Member.To: into.To = Instant(ref json); break;
            default: json.Skip(); break;
        }
    }

    /// <summary>Names by length first: most are told apart by it, the rest by one or two comparisons.</summary>
    private static Member MemberOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "id"u8, Member.Id) | Is(name, "to"u8, Member.To),
        4 => Is(name, "code"u8, Member.Code) | Is(name, "time"u8, Member.Time) | Is(name, "type"u8, Member.Type)
            | Is(name, "from"u8, Member.From) | Is(name, "body"u8, Member.Body),
        5 => Is(name, "drill"u8, Member.Drill) | Is(name, "ended"u8, Member.Ended)
            | Is(name, "route"u8, Member.Route) | Is(name, "usage"u8, Member.Usage)
            | Is(name, "count"u8, Member.Count) | Is(name, "bytes"u8, Member.Bytes)
            | Is(name, "model"u8, Member.Model) | Is(name, "trace"u8, Member.Trace)
            | Is(name, "score"u8, Member.Score),
        6 => Is(name, "caller"u8, Member.Caller) | Is(name, "cohort"u8, Member.Cohort)
            | Is(name, "status"u8, Member.Status) | Is(name, "system"u8, Member.System)
            | Is(name, "timing"u8, Member.Timing) | Is(name, "source"u8, Member.Source)
            | Is(name, "parent"u8, Member.Parent),
        7 => Is(name, "outcome"u8, Member.Outcome) | Is(name, "release"u8, Member.Release)
            | Is(name, "subject"u8, Member.Subject) | Is(name, "warrant"u8, Member.Warrant)
            | Is(name, "session"u8, Member.Session),
        8 => Is(name, "decision"u8, Member.Decision) | Is(name, "features"u8, Member.Features)
            | Is(name, "adoption"u8, Member.Adoption),
        9 => Is(name, "dataClass"u8, Member.DataClass) | Is(name, "userAgent"u8, Member.UserAgent)
            | Is(name, "exception"u8, Member.Exception),
        10 => Is(name, "guardrails"u8, Member.Guardrails),
        11 => Is(name, "environment"u8, Member.Environment) | Is(name, "modelServed"u8, Member.ModelServed)
            | Is(name, "fingerprint"u8, Member.Fingerprint),
        14 => Is(name, "modelRequested"u8, Member.ModelRequested),
        _ => Member.None,
    };

    private static Member Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, Member member) =>
        name.SequenceEqual(known) ? member : Member.None;

    private static Guid Id(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.TryGetGuid(out var id) ? id : default;

        json.Skip();
        return default;
    }

    private static bool? Flag(ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
        return json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => null,
        };
    }

    private static DateTimeOffset? Instant(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String)
            return json.TryGetDateTimeOffset(out var time) ? time : null;

        json.Skip();
        return null;
    }

    /// <summary>Goes into the object that follows; false, and past it, when a value of another kind follows.</summary>
    private static bool Enter(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
            return true;

        json.Skip();
        return false;
    }

    private static bool NextName(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>One text of an object; null where there is none.</summary>
    private string? Inner(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        string? text = null;
        if (!Enter(ref json))
            return null;

        while (NextName(ref json))
        {
            if (json.ValueTextEquals(name))
                text = Text(ref json);
            else
                json.Skip();
        }

        return text;
    }

    /// <summary>A text, or one text of an object.</summary>
    private string? TextOr(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        var ahead = json;
        ahead.Read();
        return ahead.TokenType == JsonTokenType.StartObject ? Inner(ref json, name) : Text(ref json);
    }

    private BodySubject? Body(ref Utf8JsonReader json)
    {
        if (!Enter(ref json))
            return null;

        string? system = null, environment = null, release = null;
        while (NextName(ref json))
        {
            if (json.ValueTextEquals("system"u8))
                system = Text(ref json);
            else if (json.ValueTextEquals("environment"u8))
                environment = Text(ref json);
            else if (json.ValueTextEquals("release"u8))
                release = Text(ref json);
            else
                json.Skip();
        }

        return new BodySubject(system, environment, release);
    }

    private static void Timing(ref Utf8JsonReader json, RecordFields into)
    {
        (into.TotalUs, into.UpstreamUs, into.FirstByteUs, into.SaysUpstream) = (null, null, null, false);
        if (!Enter(ref json))
            return;

        while (NextName(ref json))
        {
            if (json.ValueTextEquals("total"u8))
                into.TotalUs = Number(ref json);
            else if (json.ValueTextEquals("upstream"u8))
                (into.UpstreamUs, into.SaysUpstream) = (Number(ref json), true);
            else if (json.ValueTextEquals("firstByte"u8))
                into.FirstByteUs = Number(ref json);
            else
                json.Skip();
        }
    }

    private static void Usage(ref Utf8JsonReader json, RecordFields into)
    {
        (into.TokensIn, into.TokensOut) = (null, null);
        if (!Enter(ref json))
            return;

        while (NextName(ref json))
        {
            if (json.ValueTextEquals("in"u8))
                into.TokensIn = Number(ref json);
            else if (json.ValueTextEquals("out"u8))
                into.TokensOut = Number(ref json);
            else
                json.Skip();
        }
    }

    private string[] Cohort(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes)
    {
        json.Read();
        var start = (int)json.TokenStartIndex;
        var isObject = json.TokenType == JsonTokenType.StartObject;
        json.Skip();
        return isObject ? _cohorts.Of(bytes[start..(int)json.BytesConsumed]) : [];
    }

    /// <summary>Which guardrails looked, and the results that were not a plain pass as they stand in the
    /// record.</summary>
    private void Guardrails(ref Utf8JsonReader json, ReadOnlySpan<byte> bytes, RecordFields into)
    {
        (into.Exceptions, into.Ran) = (null, []);
        if (!Enter(ref json))
            return;

        while (NextName(ref json))
        {
            var (isResults, isRan) = (json.ValueTextEquals("results"u8), json.ValueTextEquals("ran"u8));
            if (!isResults && !isRan)
            {
                json.Skip();
                continue;
            }

            json.Read();
            var start = (int)json.TokenStartIndex;
            var isArray = json.TokenType == JsonTokenType.StartArray;
            json.Skip();
            var array = bytes[start..(int)json.BytesConsumed];
            if (isRan)
                into.Ran = isArray ? _cohorts.Of(array) : [];
            else
                into.Exceptions = isArray && HasAny(array) ? Encoding.UTF8.GetString(array) : null;
        }
    }

    private static bool HasAny(ReadOnlySpan<byte> array) => !array[1..^1].Trim(" \t\r\n"u8).IsEmpty;
}
