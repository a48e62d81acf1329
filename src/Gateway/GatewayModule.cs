using Microsoft.AspNetCore.Builder;
using Provost.Gateway.Pipeline;

namespace Provost.Gateway;

/// <summary>Puts a gateway at the end of the data listener's pipeline.</summary>
public static class GatewayModule
{
    /// <summary>
    /// Every request that comes this far is the gateway's: what it does not know it refuses and records. Map health and
    /// metrics before it.
    /// </summary>
    public static void RunGateway(this IApplicationBuilder app, GatewayHost gateway) => app.Run(gateway.HandleAsync);
}
