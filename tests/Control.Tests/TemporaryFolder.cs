namespace Provost.Control.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("provost-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
