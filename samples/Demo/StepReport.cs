namespace Provost.Demo;

/// <summary>One line a check; a failed one says what was seen instead.</summary>
internal sealed class StepReport(TextWriter output)
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public void Chapter(string title) => output.WriteLine($"\n{title}");

    /// <summary>Runs one check; any exception is a failure with its message, and the story goes on.</summary>
    public async Task CheckAsync(string claim, Func<Task> check)
    {
        try
        {
            await check();
            Passed++;
            output.WriteLine($"  ok    {claim}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Failed++;
            output.WriteLine($"  FAIL  {claim}\n        {fault.Message.ReplaceLineEndings("\n        ")}");
        }
    }

    public void Finish() => output.WriteLine($"\nDemo: {Passed} checks held, {Failed} did not.");
}

/// <summary>What a step expected and did not see.</summary>
internal sealed class NotSeenException(string message) : Exception(message)
{
    public static void Unless(bool seen, string message)
    {
        if (!seen)
        {
            throw new NotSeenException(message);
        }
    }
}
