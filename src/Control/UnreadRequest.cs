using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;

namespace Provost.Control;

/// <summary>
/// What is wrong with a request that its route could not read. The framework answers such a request with a bare status;
/// who sent it is told the field and what to write.
/// </summary>
internal static class UnreadRequest
{
    private const string Code = "provost.bad_request";

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The field at fault, or the members that the body must have.</summary>
    /// <param name="call">A request whose status is 400 already.</param>
    public static GovernanceFault Fault(HttpContext call)
    {
        var method = call.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>();
        var asked = method is null ? [] : method.GetParameters().SelectMany(Flat).ToList();
        foreach (var (name, type, isRequired) in asked.Where(a => IsText(a.Type)))
        {
            if (call.GetRouteValue(name) is not null)
                continue;

            var given = call.Request.Query[name].ToString();
            if (given.Length == 0 && isRequired)
                return new GovernanceFault(FaultKind.Invalid, Code, $"{name} is missing.", $"Give {name}.").At(name);

            if (given.Length > 0 && Wanted(type, given) is { } wanted)
            {
                return new GovernanceFault(FaultKind.Invalid, Code, $"{name} cannot be read.", $"Write {wanted}.")
                    .At(name);
            }
        }

        var body = asked.Find(a => !IsText(a.Type)
            && a.Type.Namespace?.StartsWith("Provost.", StringComparison.Ordinal) == true).Type;
        return new GovernanceFault(
            FaultKind.Invalid, Code, "The body of the request cannot be read.",
            body is null
                ? "See the description of the interface at /openapi/v1.json."
                : $"Send a JSON object of {Members(body)}, with instants as 2026-11-21T09:00:00Z.").At("body");
    }

    private static IEnumerable<(string Name, Type Type, bool IsRequired)> Flat(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(AsParametersAttribute), inherit: false)
            ? parameter.ParameterType.GetProperties().Select(p => (
                JsonNamingPolicy.CamelCase.ConvertName(p.Name), Bare(p.PropertyType), false))
            : [(parameter.Name ?? "", Bare(parameter.ParameterType), IsRequired(parameter))];

    private static bool IsRequired(ParameterInfo parameter)
    {
        lock (Nullability) // the context keeps what it read, and is not made for several threads
        {
            return !parameter.HasDefaultValue && Nullability.Create(parameter).WriteState == NullabilityState.NotNull;
        }
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsText(Type type) => type == typeof(string) || type.IsPrimitive || type == typeof(Guid)
        || type == typeof(DateTimeOffset);

    /// <summary>What a text should have been; null when it is that.</summary>
    private static string? Wanted(Type type, string given) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => bool.TryParse(given, out _) ? null : "true or false",
        TypeCode.Int32 or TypeCode.Int64 => long.TryParse(given, out _) ? null : "a whole number",
        _ when type == typeof(Guid) => Guid.TryParse(given, out _) ? null : "an id, as lists and their cursors show it",
        _ when type == typeof(DateTimeOffset) =>
            DateTimeOffset.TryParse(given, out _) ? null : "an instant, as 2026-11-21T09:00:00Z",
        _ => null,
    };

    private static string Members(Type body) => string.Join(
        ", ",
        (body.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? []).Select(p =>
            JsonNamingPolicy.CamelCase.ConvertName(p.Name ?? "") + (p.HasDefaultValue ? " (may be left out)" : "")));
}
