namespace Provost.Patterns.Streaming;

/// <summary>One rule's region while it runs through a stream.</summary>
internal struct RegionRun
{
    private int _wait;
    private int _taken;
    private int _matched;
    private bool _inTail;

    /// <summary>Whether it waits for its beginning to pass, or runs.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Whether its rule may begin anew.</summary>
    public readonly bool AllowsAnother => !IsLive || _inTail;

    /// <param name="wait">Bytes from the next one to the region's first.</param>
    public void Begin(int wait)
    {
        this = default;
        IsLive = true;
        _wait = wait;
    }

    /// <summary>Takes the next byte of the text.</summary>
    public RegionStep Take(CompiledRegion region, byte value)
    {
        if (_wait > 0)
        {
            _wait--;
            return RegionStep.Waits;
        }

        if (_inTail || region.Terminator.Length == 0)
        {
            return TakeOfClass(region, value);
        }

        if (_taken == region.Cap)
        {
            return End(RegionStep.Overruns);
        }

        _taken++;
        _matched = region.Advance(_matched, value);
        if (_matched == region.Terminator.Length)
        {
            _inTail = true;
            _taken = 0;
        }

        return RegionStep.Covers;
    }

    private RegionStep TakeOfClass(CompiledRegion region, byte value)
    {
        if (!region.Continues(value))
        {
            return End(RegionStep.Ends);
        }

        if (_taken == (_inTail ? region.TailCap : region.Cap))
        {
            return End(_inTail ? RegionStep.Ends : RegionStep.Overruns);
        }

        _taken++;
        return RegionStep.Covers;
    }

    private RegionStep End(RegionStep step)
    {
        IsLive = false;
        return step;
    }
}

/// <summary>What a region is to one byte.</summary>
internal enum RegionStep
{
    /// <summary>The byte still belongs to the region's beginning.</summary>
    Waits,

    /// <summary>The byte belongs to the region.</summary>
    Covers,

    /// <summary>The region ended before this byte.</summary>
    Ends,

    /// <summary>The region is longer than its cap.</summary>
    Overruns,
}
