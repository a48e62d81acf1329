namespace Provost.Stage;

/// <summary>Where this build stands: the checkout's root and the binaries beside the running one.</summary>
public static class Checkout
{
    /// <summary>The folder with <c>Provost.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary><c>release</c> or <c>debug</c>, as the running binary.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>The binary of a project of the solution.</summary>
    public static string Binary(string project, string assembly) =>
        Path.Combine(Root, "artifacts", "bin", project, Configuration, assembly);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Provost.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("This binary does not stand inside a checkout.");
    }
}
