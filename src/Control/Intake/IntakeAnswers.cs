using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Provost.Control.Intake;

/// <summary>
/// The answers of one intake as somebody types them, whether in the console's form or in a row of an inventory. They
/// become a manifest and nothing else: the manifest's own reader says what is wrong with them, so the form, the
/// inventory and the file in a repository cannot differ.
/// </summary>
public sealed partial record IntakeAnswers
{
    public string Name { get; init; } = "";
    public string Unit { get; init; } = "";

    /// <summary>One of <see cref="Taxonomy.Kinds"/>.</summary>
    public string Kind { get; init; } = "llm";

    public string Purpose { get; init; } = "";
    public IReadOnlyList<string> Environments { get; init; } = [];

    /// <summary>Mail addresses, here and below.</summary>
    public string Business { get; init; } = "";

    public string Technical { get; init; } = "";
    public string Deputy { get; init; } = "";
    public string SecurityContact { get; init; } = "";
    public string ComplianceContact { get; init; } = "";
    public string DataContact { get; init; } = "";
    public string Population { get; init; } = "";

    /// <summary>An amount with its currency, as <c>50000 USD</c>.</summary>
    public string Exposure { get; init; } = "";

    public IReadOnlyList<string> DataClasses { get; init; } = [];
    public string Autonomy { get; init; } = "";
    public string AnnexIII { get; init; } = "none";
    public IReadOnlyList<string> Practices { get; init; } = [];

    /// <summary><c>name:class</c> each.</summary>
    public IReadOnlyList<string> DataSources { get; init; } = [];

    public string RetentionClass { get; init; } = "standard";

    /// <summary>A span; six months satisfy the least term of every tier.</summary>
    public string Keep { get; init; } = "6mo";

    public string Capture { get; init; } = "redacted";
    public string FailMode { get; init; } = "closed";

    /// <summary>The System document that says the same, in YAML.</summary>
    public string ToManifest()
    {
        var text = new StringBuilder();
        text.Append("apiVersion: provost/v1\nkind: System\n");
        text.Append($"metadata: {{ name: {Scalar(Name)}, unit: {Scalar(Unit)} }}\nspec:\n");
        text.Append($"  kind: {Scalar(Kind)}\n  purpose: {Scalar(Purpose)}\n");
        text.Append($"  environments: {List(Environments)}\n");
        text.Append($"  owners: {{ business: {Scalar(Business)}, technical: {Scalar(Technical)}");
        text.Append(Deputy.Length == 0 ? " }\n" : $", deputy: {Scalar(Deputy)} }}\n");
        var contacts = new (string Name, string Mail)[]
        {
            ("security", SecurityContact), ("compliance", ComplianceContact), ("data", DataContact),
        }.Where(c => c.Mail.Length > 0).Select(c => $"{c.Name}: {Scalar(c.Mail)}").ToList();
        if (contacts.Count > 0)
            text.Append($"  contacts: {{ {string.Join(", ", contacts)} }}\n");

        text.Append($"  intake:\n    population: {Scalar(Population)}\n    exposure: {Scalar(Exposure)}\n");
        text.Append($"    dataClasses: {List(DataClasses)}\n    autonomy: {Scalar(Autonomy)}\n");
        text.Append($"    annexIII: {Scalar(AnnexIII)}\n");
        if (Practices.Count > 0)
            text.Append($"    practices: {List(Practices)}\n");

        if (DataSources.Count > 0)
            text.Append($"  dataSources: [ {string.Join(", ", DataSources.Select(Source))} ]\n");

        text.Append($"  retention: {{ class: {Scalar(RetentionClass)}, keep: {Scalar(Keep)}, capture: ");
        text.Append($"{Scalar(Capture)} }}\n  failMode: {Scalar(FailMode)}\n");
        return text.ToString();
    }

    private static string Source(string text)
    {
        var cut = text.LastIndexOf(':');
        return cut < 0
            ? $"{{ name: {Scalar(text)} }}"
            : $"{{ name: {Scalar(text[..cut].Trim())}, class: {Scalar(text[(cut + 1)..].Trim())} }}";
    }

    private static string List(IReadOnlyList<string> items) => $"[{string.Join(", ", items.Select(Scalar))}]";

    /// <summary>Plain where nobody could read it otherwise; else double-quoted, whose escapes JSON and YAML share.
    /// </summary>
    private static string Scalar(string text) => PlainText().IsMatch(text)
        ? text
        : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9@._-]*( [A-Z]{3})?\z")]
    private static partial Regex PlainText();
}
