using System.Buffers;
using System.Collections.Frozen;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Provost.Gateway.Manifests;

namespace Provost.Gateway.Binding;

/// <summary>
/// A release compiled for the hot path: binds a call by what the gateway itself observes of it. Immutable and shared by
/// all requests.
/// </summary>
public sealed class ReleaseComposition
{
    private const int MaxParameters = 64;

    // tools, messages and model are bound in their own right; the others do not shape the answer.
    private static readonly byte[][] Free =
    [
        [.. "messages"u8], [.. "metadata"u8], [.. "model"u8], [.. "safety_identifier"u8], [.. "stream"u8],
        [.. "stream_options"u8], [.. "tools"u8], [.. "user"u8],
    ];

    private readonly byte[] _model;
    private readonly byte[]? _version;
    private readonly ApprovedMessage[] _messages;
    private readonly bool _injects;
    private readonly ApprovedParameter[] _parameters;
    private readonly ApprovedJson? _tools;

    private ReleaseComposition(ReleaseDocument release, Func<string, ReadOnlyMemory<byte>> file)
    {
        var spec = release.Spec;
        _model = Encoding.UTF8.GetBytes(spec.Model.Name);
        _version = spec.Model.Version is { } version ? Encoding.UTF8.GetBytes(version) : null;
        _injects = spec.Prompt?.Injects ?? false;
        _messages = spec.Prompt is { } prompt
            ? [.. prompt.Messages.Select(m => ApprovedMessage.Compile(m, file(m.File), prompt))]
            : [];
        _parameters = [.. spec.Model.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(ApprovedParameter.Compile)];
        _tools = spec.Tools.Count == 0 ? null : CompileTools(spec.Tools, file);
        Prompt = [.. _messages.Select(m => new SuppliedMessage(m.Role, m.JsonText))];
        Parameters = [.. _parameters.Select(p => new SuppliedParameter(p.Name, p.Value?.RawJson ?? []))];
    }

    /// <summary>The approved messages as JSON strings, for <see cref="BindingResult.SuppliesPrompt"/>.</summary>
    public IReadOnlyList<SuppliedMessage> Prompt { get; }

    /// <summary>The declared parameters, by name, for <see cref="BindingResult.SuppliedParameters"/>.</summary>
    public IReadOnlyList<SuppliedParameter> Parameters { get; }

    /// <param name="release">As read from its canonical bytes.</param>
    /// <param name="files">Path to bytes; each file that binding needs is checked against the release's digest of
    /// it.</param>
    /// <exception cref="ManifestException">A file is missing or not the one that was approved.</exception>
    public static ReleaseComposition Compile(ReleaseDocument release, IReadOnlyDictionary<string, byte[]> files) =>
        new(release, path => ApprovedFile.Get(release, files, path));

    /// <summary>False for the members of a request that no release declares.</summary>
    public static bool IsParameter(ReadOnlySpan<byte> name)
    {
        foreach (var free in Free)
        {
            if (name.SequenceEqual(free))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares one call of an LLM application with the release. Allocates only on a mismatch.</summary>
    public BindingResult Bind(in ObservedComposition observed)
    {
        var sound = observed.Model.SequenceEqual(_model);
        var supplied = 0UL;
        sound = sound && TryParameters(observed.Parameters, out supplied);
        var suppliesPrompt = _injects && observed.Messages.IsEmpty;
        sound = sound && (suppliesPrompt || EqualMessages(observed.Messages)) && EqualTools(observed.Tools);
        return sound
            ? BindingResult.Bound(suppliesPrompt, supplied)
            : BindingResult.Mismatch(DifferenceList.Of(this, observed));
    }

    /// <summary>Compares a scoring call with the release.</summary>
    /// <param name="name">The requested model.</param>
    /// <param name="version">The requested version; empty when the call names none.</param>
    public BindingResult BindScorer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version) =>
        name.SequenceEqual(_model) && (version.IsEmpty || version.SequenceEqual(_version))
            ? BindingResult.Bound(suppliesPrompt: false, suppliedParameters: 0)
            : BindingResult.Mismatch(DifferenceList.OfScorer(_model, _version, name, version));

    /// <summary>Whether a scorer's answer is of the approved version. One without a version is not.</summary>
    public bool IsApprovedVersion(ReadOnlySpan<byte> served) => _version is not null && served.SequenceEqual(_version);

    private bool TryParameters(ReadOnlySpan<ObservedParameter> observed, out ulong supplied)
    {
        supplied = 0;
        var seen = 0UL;
        foreach (ref readonly var parameter in observed)
        {
            if (!IsParameter(parameter.Name.Span))
            {
                continue;
            }

            var index = Find(parameter.Name.Span);
            if (index < 0 || (seen & (1UL << index)) != 0 || !_parameters[index].Admits(parameter.Json.Span))
            {
                return false;
            }

            seen |= 1UL << index;
        }

        return TrySupply(seen, out supplied);
    }

    /// <summary>What was declared but not sent: supplied under inject if it is one value, otherwise missing.</summary>
    private bool TrySupply(ulong seen, out ulong supplied)
    {
        supplied = 0;
        for (var i = 0; i < _parameters.Length; i++)
        {
            if ((seen & (1UL << i)) == 0)
            {
                if (!_injects || _parameters[i].Value is null)
                {
                    return false;
                }

                supplied |= 1UL << i;
            }
        }

        return true;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            if (name.SequenceEqual(_parameters[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private bool EqualMessages(ReadOnlySpan<ObservedMessage> observed)
    {
        if (observed.Length != _messages.Length)
        {
            return false;
        }

        for (var i = 0; i < observed.Length; i++)
        {
            if (!_messages[i].Admits(observed[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool EqualTools(ReadOnlySpan<byte> observed) =>
        _tools is null ? observed.IsEmpty || observed.SequenceEqual("[]"u8) : _tools.Equals(observed);

    private static ApprovedJson CompileTools(IReadOnlyList<ReleaseTool> tools, Func<string, ReadOnlyMemory<byte>> file)
    {
        var list = new ArrayBufferWriter<byte>();
        foreach (var tool in tools)
        {
            list.Write(list.WrittenCount == 0 ? "["u8 : ","u8);
            list.Write(tool.Definition is { } inline
                ? Encoding.UTF8.GetBytes(inline.GetRawText())
                : file(tool.File!).Span);
        }

        list.Write("]"u8);
        return ApprovedJson.Compile(list.WrittenMemory);
    }

    /// <summary>Tells a mismatch in full. It runs only then: it may allocate and looks at everything again.</summary>
    private static class DifferenceList
    {
        private const int MaxShown = 2000;

        public static IReadOnlyList<Difference> Of(ReleaseComposition approved, in ObservedComposition observed)
        {
            var list = new List<Difference>();
            if (!observed.Model.SequenceEqual(approved._model))
            {
                list.Add(new Difference("model", Show(approved._model), Show(observed.Model)));
            }

            AddParameters(approved, observed.Parameters, list);
            AddMessages(approved, observed.Messages, list);
            if (!approved.EqualTools(observed.Tools))
            {
                list.Add(new Difference(
                    "tools",
                    approved._tools is null ? null : Show(approved._tools.RawJson),
                    observed.Tools.IsEmpty ? null : Show(observed.Tools)));
            }

            return list;
        }

        public static IReadOnlyList<Difference> OfScorer(
            byte[] model, byte[]? version, ReadOnlySpan<byte> name, ReadOnlySpan<byte> observed)
        {
            var list = new List<Difference>();
            if (!name.SequenceEqual(model))
            {
                list.Add(new Difference("model", Show(model), Show(name)));
            }

            if (!observed.IsEmpty && !observed.SequenceEqual(version))
            {
                list.Add(new Difference("version", Show(version), Show(observed)));
            }

            return list;
        }

        private static void AddParameters(
            ReleaseComposition approved, ReadOnlySpan<ObservedParameter> observed, List<Difference> list)
        {
            var seen = new HashSet<int>();
            foreach (var parameter in observed)
            {
                if (!IsParameter(parameter.Name.Span))
                {
                    continue;
                }

                var index = approved.Find(parameter.Name.Span);
                var declared = index < 0 ? null : approved._parameters[index];
                if (declared is null || !seen.Add(index) || !declared.Admits(parameter.Json.Span))
                {
                    list.Add(new Difference(
                        "parameters." + Show(parameter.Name.Span), declared?.Describe(), Show(parameter.Json.Span)));
                }
            }

            for (var i = 0; i < approved._parameters.Length; i++)
            {
                var declared = approved._parameters[i];
                if (!seen.Contains(i) && (!approved._injects || declared.Value is null))
                {
                    list.Add(new Difference("parameters." + Show(declared.Name), declared.Describe(), null));
                }
            }
        }

        private static void AddMessages(
            ReleaseComposition approved, ReadOnlySpan<ObservedMessage> observed, List<Difference> list)
        {
            if (approved._injects && observed.IsEmpty)
            {
                return;
            }

            for (var i = 0; i < Math.Max(observed.Length, approved._messages.Length); i++)
            {
                var expected = i < approved._messages.Length ? approved._messages[i] : null;
                if (i >= observed.Length)
                {
                    list.Add(new Difference($"messages[{i}]", expected?.Describe(), null));
                }
                else if (expected is null || !expected.Admits(observed[i]))
                {
                    list.Add(new Difference($"messages[{i}]", expected?.Describe(),
                        ApprovedMessage.Describe(observed[i])));
                }
            }
        }

        private static string Show(ReadOnlySpan<byte> utf8)
        {
            var text = Encoding.UTF8.GetString(utf8);
            return text.Length <= MaxShown ? text : text[..MaxShown] + "…";
        }
    }
}

/// <param name="Role"><c>system</c> or <c>developer</c>.</param>
/// <param name="JsonText">The approved text as a JSON string, quotes included.</param>
public sealed record SuppliedMessage(string Role, byte[] JsonText);

/// <param name="Name">UTF-8.</param>
/// <param name="Json">The approved value; empty for a range, which is never supplied.</param>
public sealed record SuppliedParameter(byte[] Name, byte[] Json);
