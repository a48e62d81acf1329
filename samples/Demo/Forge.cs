using System.Text;

namespace Provost.Demo;

/// <summary>What a forger does: changes one byte of one entry inside an exported bundle.</summary>
internal static class Forge
{
    /// <summary>Copies the bundle with one letter of the third entry's leaf changed, in place.</summary>
    /// <returns>The index of the entry, as the verifier should name it.</returns>
    public static string OneByte(string bundle, string forged)
    {
        var bytes = File.ReadAllBytes(bundle);
        var at = 0;
        for (var line = 0; line < 3; line++)
        {
            at = Find(bytes, "{\"index\":", at) + 9;
        }

        var index = Encoding.ASCII.GetString(bytes, at, bytes.AsSpan(at).IndexOf((byte)','));
        var leaf = Find(bytes, "\"leaf\":\"", at) + 8 + 200;
        bytes[leaf] = (byte)(bytes[leaf] == 'A' ? 'B' : 'A');
        File.WriteAllBytes(forged, bytes);
        return index;
    }

    private static int Find(byte[] bytes, string text, int from)
    {
        var found = bytes.AsSpan(from).IndexOf(Encoding.ASCII.GetBytes(text));
        NotSeenException.Unless(found >= 0, $"The bundle holds no {text}");
        return from + found;
    }
}
