namespace Provost.Gateway.Routing;

/// <summary>
/// One call to an upstream under its deadlines: each phase has its own, the whole has one, and the client's leaving
/// or a
/// kill ends all.
/// </summary>
internal sealed class UpstreamCall : IDisposable
{
    private readonly Upstream _upstream;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenRegistration _onAbort;
    private readonly CancellationTokenRegistration _onCut;
    private HttpResponseMessage? _response;
    private Stream? _body;
    private long _armed;
    private TimeSpan _armedFor;

    public UpstreamCall(Upstream upstream, TimeProvider time, CancellationToken aborted, CancellationToken cut)
    {
        (_upstream, _time, _started) = (upstream, time, time.GetTimestamp());
        _deadline = upstream.RentDeadline(time);
        _onAbort = aborted.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _deadline);
        _onCut = cut.UnsafeRegister(static s => ((CancellationTokenSource)s!).Cancel(), _deadline);
    }

    public int Status => (int)_response!.StatusCode;

    /// <summary>Type and subtype as the upstream wrote them, without parameters.</summary>
    public ReadOnlySpan<char> MediaType
    {
        get
        {
            if (!_response!.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values)
                || values.Count != 1)
            {
                return default;
            }

            var text = values.ToString().AsSpan();
            var end = text.IndexOf(';');
            return (end < 0 ? text : text[..end]).Trim();
        }
    }

    /// <summary>Sends and waits for the response's header.</summary>
    /// <exception cref="OperationCanceledException">Out of time, left by the client, or cut.</exception>
    /// <exception cref="HttpRequestException">The upstream cannot be reached or does not speak HTTP.</exception>
    public async Task SendAsync(string path, ReadOnlyMemory<byte> body, bool streamed)
    {
        Arm(_upstream.Timeouts.FirstByte);
        _response = await _upstream.PostAsync(path, body, streamed, _deadline.Token);
        _body = await _response.Content.ReadAsStreamAsync(_deadline.Token);
    }

    /// <summary>The next piece of the body; 0 at its end.</summary>
    /// <exception cref="OperationCanceledException">Out of time, left by the client, or cut.</exception>
    /// <exception cref="IOException">The upstream broke off.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> into)
    {
        var read = _body!.ReadAsync(into, _deadline.Token);

        // what is there already needs no new deadline while half of the last one is left
        if (!read.IsCompleted || _time.GetElapsedTime(_armed) > _armedFor / 2)
        {
            Arm(_upstream.Timeouts.BetweenChunks);
        }

        return read;
    }

    public void Dispose()
    {
        // Disposing an unfinished response closes its connection: that is how the upstream learns of it.
        _response?.Dispose();
        _onAbort.Dispose();
        _onCut.Dispose();
        _upstream.ReturnDeadline(_deadline);
    }

    private void Arm(TimeSpan phase)
    {
        var left = _upstream.Timeouts.Whole - _time.GetElapsedTime(_started);
        var next = left < phase ? left : phase;
        (_armed, _armedFor) = (_time.GetTimestamp(), next > TimeSpan.Zero ? next : TimeSpan.Zero);
        _deadline.CancelAfter(_armedFor);
    }
}
