using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Provost.Control.Governance;
using Provost.Control.Registry;

namespace Provost.Control.Envelopes;

/// <summary>Routes of envelopes; nobody loosens anything here, so all of them read.</summary>
internal static class EnvelopeApi
{
    public static void Map(RouteGroupBuilder api, ControlDesks desks)
    {
        api.MapGet(
            "/systems/{name}/releases/{version}/variant",
            async (string name, string version, string? environment, CancellationToken token) => Problems.Answer(
                await LookAsync(desks, name, version, environment ?? "production", token)));
        api.MapGet(
            "/envelopes",
            (string? system, string? environment, string? standing, string? after, int? limit) => Problems.Answer(
                NamedPage.Unknown("standing", standing, EnvelopeViews.Standings) is { } slip
                    ? slip
                    : new NamedPage(after, limit).Of(
                        desks.Envelopes.List(),
                        e => (system is null || e.System == system)
                            && (environment is null || e.Environment == environment)
                            && (standing is null || e.Standing == standing),
                        e => e.Warrant.ToString())));
        api.MapGet("/envelopes/{id:guid}", (Guid id) => Problems.Answer<EnvelopeLine>(
            desks.Envelopes.Find(id) is { } found ? found : EnvelopeErrors.Unknown(id)));
        api.MapGet(
            "/envelopes/{id:guid}/variants",
            (Guid id, string? after, int? limit) => Problems.Answer(
                desks.Envelopes.Find(id) is null
                    ? EnvelopeErrors.Unknown(id)
                    : new NamedPage(after, limit).Of(
                        desks.Envelopes.Variants(id), _ => true, v => v.Warrant.ToString())));
    }

    private static async Task<Answer<VariantStanding>> LookAsync(
        ControlDesks desks, string name, string version, string environment, CancellationToken cancellationToken)
    {
        if (desks.Log.State.Registry.Version(name, version) is not { } release)
            return RegistryErrors.NoSuchRelease($"{name}@{version}");

        return await desks.Variants.LookAsync(new SystemKey(name, environment), release, cancellationToken)
            is { } standing
                ? standing
                : EnvelopeErrors.NoVariant($"{name}@{version}");
    }
}
