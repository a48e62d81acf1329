using System.Net;
using System.Net.Sockets;
using Provost.Gateway.Routing;

namespace Provost.Gateway.Tests.Routing;

public sealed class EgressResolverTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void Refuses_link_local_metadata_and_group_addresses(string address) =>
        Assert.False(EgressResolver.IsReachable(IPAddress.Parse(address), mayBeLoopback: true));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Reaches_loopback_only_where_the_settings_say_loopback(string address)
    {
        Assert.True(EgressResolver.IsReachable(IPAddress.Parse(address), mayBeLoopback: true));
        Assert.False(EgressResolver.IsReachable(IPAddress.Parse(address), mayBeLoopback: false));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::1")]
    public void Reaches_other_addresses_that_the_settings_name(string address) =>
        Assert.True(EgressResolver.IsReachable(IPAddress.Parse(address), mayBeLoopback: false));

    [Fact]
    public async Task Refuses_a_target_that_the_settings_do_not_name()
    {
        var egress = new EgressResolver([new Uri("http://127.0.0.1:1")]);

        await Assert.ThrowsAsync<EgressRefusedException>(
            () => egress.ConnectAsync("127.0.0.1", 2, CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<EgressRefusedException>(
            () => egress.ConnectAsync("localhost", 1, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task Connects_to_a_target_that_they_name()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var egress = new EgressResolver([new Uri($"http://127.0.0.1:{port}")]);

        await using var stream = await egress.ConnectAsync("127.0.0.1", port, CancellationToken.None);

        Assert.True(stream.CanWrite);
    }
}
