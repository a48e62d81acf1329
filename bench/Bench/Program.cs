using Provost.Bench;

return args switch
{
    ["upstream", var port, var pace] => await RunAsync(Services.UpstreamAsync(int.Parse(port), int.Parse(pace))),
    ["passthrough", var port, var upstream] =>
        await RunAsync(Services.PassThroughAsync(int.Parse(port), int.Parse(upstream))),
    _ => Usage(),
};

static async Task<int> RunAsync(Task service)
{
    await service;
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("Usage: upstream PORT PACE_MS | passthrough PORT UPSTREAM_PORT");
    return 2;
}
