using System.Text.Json;

namespace Provost.Control.Signals;

/// <summary>
/// Keeps the engine's state in one file, replaced whole: a crash leaves the old one or the new one. The state is a
/// cache of the log, so a file that cannot be read is reported and replayed, never repaired.
/// </summary>
public sealed class SignalStateFile(string path)
{
    /// <summary>Replaces what the engine holds. Returns null, or why it starts from the first leaf.</summary>
    public string? LoadInto(SignalEngine engine)
    {
        if (!File.Exists(path))
        {
            engine.Reset();
            return "there is no state yet";
        }

        try
        {
            using var file = File.OpenRead(path);
            engine.Load(
                JsonSerializer.Deserialize(file, SignalStateJson.Default.SignalState)
                ?? throw new FormatException("The file holds null."));
            return null;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            engine.Reset();
            return e.Message;
        }
    }

    public void Save(SignalEngine engine)
    {
        var next = path + ".next";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, engine.Save(), SignalStateJson.Default.SignalState);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
