using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Provost.Gateway.Manifests;
using Provost.Ledger.Statements;

namespace Provost.Gateway.Binding;

/// <summary>A declared parameter: one value, or bounds for a number.</summary>
internal sealed record ApprovedParameter(byte[] Name, ApprovedJson? Value, decimal Min, decimal Max)
{
    public static ApprovedParameter Compile(KeyValuePair<string, ParameterSpec> parameter) => new(
        Encoding.UTF8.GetBytes(parameter.Key),
        parameter.Value.Value is { } value ? ApprovedJson.Compile(value) : null,
        parameter.Value.Min ?? 0,
        parameter.Value.Max ?? 0);

    public bool Admits(ReadOnlySpan<byte> json)
    {
        if (Value is not null)
        {
            return Value.Equals(json);
        }

        var reader = new Utf8JsonReader(json);
        try
        {
            return reader.Read() && ApprovedJson.TryNumber(ref reader, out var number)
                && number >= Min && number <= Max && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public string Describe() => Value is not null
        ? Encoding.UTF8.GetString(Value.RawJson)
        : $"from {CanonicalJson.DecimalText(Min)} to {CanonicalJson.DecimalText(Max)}";
}

/// <summary>A declared system or developer message.</summary>
internal sealed class ApprovedMessage
{
    private const int MaxShown = 2000;

    private readonly ObservedRole _role;
    private readonly PromptTemplate _template;
    private readonly string _text;

    private ApprovedMessage(string role, PromptTemplate template, string text)
    {
        Role = role;
        _role = role == "developer" ? ObservedRole.Developer : ObservedRole.System;
        _template = template;
        _text = text;
        JsonText = [(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'];
    }

    public string Role { get; }

    public byte[] JsonText { get; }

    public static ApprovedMessage Compile(PromptMessage message, ReadOnlyMemory<byte> text, ReleasePrompt prompt)
    {
        var template = PromptTemplate.Compile(text.Span, prompt.Holes);
        return template.Faults.Count == 0
            ? new ApprovedMessage(message.Role, template, Encoding.UTF8.GetString(text.Span))
            : throw ApprovedFile.Fault(message.File, template.Faults[0]);
    }

    public bool Admits(in ObservedMessage observed)
    {
        if (observed.Role != _role || observed.HasOtherMembers)
        {
            return false;
        }

        // Unescaped text is never longer than its JSON.
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(observed.Content.Length, 1));
        try
        {
            return MessageText.TryRead(observed.Content.Span, buffer, out var text) && _template.Matches(text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public string Describe() => $"{Role}: {_text}";

    public static string Describe(in ObservedMessage observed)
    {
        var buffer = new byte[Math.Max(observed.Content.Length, 1)];
        var text = MessageText.TryRead(observed.Content.Span, buffer, out var read)
            ? Encoding.UTF8.GetString(read)
            : Encoding.UTF8.GetString(observed.Content.Span);
        var more = observed.HasOtherMembers ? " (with further members)" : "";
        var shown = text.Length <= MaxShown ? text : text[..MaxShown] + "…";
        return $"{observed.Role.ToString().ToLowerInvariant()}: {shown}{more}";
    }
}

/// <summary>Reads a message's content: a JSON string, or a list of <c>{"type":"text","text":…}</c>.</summary>
internal static class MessageText
{
    public static bool TryRead(ReadOnlySpan<byte> content, Span<byte> buffer, out ReadOnlySpan<byte> text)
    {
        text = default;
        var reader = new Utf8JsonReader(content);
        try
        {
            if (!reader.Read())
            {
                return false;
            }

            if (reader.TokenType is JsonTokenType.String)
            {
                text = reader.ValueIsEscaped ? buffer[..reader.CopyString(buffer)] : reader.ValueSpan;
                return !reader.Read();
            }

            if (reader.TokenType is not JsonTokenType.StartArray || !TryParts(ref reader, buffer, out var length))
            {
                return false;
            }

            text = buffer[..length];
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to bytes or escapes that are no Unicode text.
            return false;
        }
    }

    private static bool TryParts(ref Utf8JsonReader reader, Span<byte> buffer, out int length)
    {
        length = 0;
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject)
        {
            var (type, body) = (false, false);
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isType = reader.ValueTextEquals("type"u8);
                var isText = reader.ValueTextEquals("text"u8);
                if (!reader.Read() || reader.TokenType is not JsonTokenType.String || (isType && type)
                    || (isText && body))
                {
                    return false;
                }

                if (isType && reader.ValueTextEquals("text"u8))
                {
                    type = true;
                }
                else if (isText)
                {
                    length += reader.CopyString(buffer[length..]);
                    body = true;
                }
                else
                {
                    return false;
                }
            }

            if (!type || !body)
            {
                return false;
            }
        }

        return reader.TokenType is JsonTokenType.EndArray && !reader.Read();
    }
}

/// <summary>Files of a release, taken only when they are the ones that were approved.</summary>
internal static class ApprovedFile
{
    public static ReadOnlyMemory<byte> Get(
        ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files, string path)
    {
        var approved = release.Files.FirstOrDefault(file => file.Path == path)
            ?? throw Fault(path, "is named but not listed under files.");
        if (!files.TryGetValue(path, out var bytes))
        {
            throw Fault(path, "is missing.");
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == approved.Sha256
            ? bytes
            : throw Fault(path, "is not the file that was approved.");
    }

    public static ManifestException Fault(string path, string message) =>
        new([new ManifestError("files", path, 0, 0, $"The file '{path}' {message}", "Upload the release again.")]);
}
