using Microsoft.Extensions.Logging;

namespace Provost.Testing;

/// <summary>A log that a test listens to: what it said, and what it is about to say.</summary>
public sealed class HeardLog<T> : ILogger<T>
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Predicate<string> Is, TaskCompletionSource<string> Said)> _waiting = [];

    /// <summary>The first line like this, whether it was said before or is said later.</summary>
    public Task<string> SaidAsync(Predicate<string> isMeant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_lines.Find(isMeant) is { } said)
                return Task.FromResult(said);

            var saying = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((isMeant, saying));
            return saying.Task.WaitAsync(cancellationToken);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var (isMeant, said) in _waiting)
            {
                if (isMeant(line))
                    said.TrySetResult(line);
            }
        }
    }
}
