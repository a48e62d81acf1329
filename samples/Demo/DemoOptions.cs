namespace Provost.Demo;

/// <param name="Ci">Check every step, then stop.</param>
/// <param name="Data">Where the run keeps what it records; null is a folder that goes with the run.</param>
internal sealed record DemoOptions(bool Ci, string? Data)
{
    /// <summary>Reads the command line; null after saying what was wrong.</summary>
    public static DemoOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new DemoOptions(Ci: false, Data: null);
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--ci":
                    options = options with { Ci = true };
                    break;
                case "--data" when i + 1 < arguments.Count:
                    options = options with { Data = Path.GetFullPath(arguments[++i]) };
                    break;
                default:
                    Console.Error.WriteLine($"{arguments[i]}: unknown. Usage: ./demo [--ci] [--data DIR]");
                    return null;
            }
        }

        return options;
    }
}
