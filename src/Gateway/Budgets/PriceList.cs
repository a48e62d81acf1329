using System.Collections.Frozen;

namespace Provost.Gateway.Budgets;

/// <summary>
/// What a provider's models cost. A price of one US dollar per million tokens is one millionth of a dollar per token,
/// so tokens times price is the cost in the unit that caps are kept in.
/// </summary>
internal sealed class PriceList(IReadOnlyDictionary<string, Price> prices, Price otherwise)
{
    private readonly FrozenDictionary<string, Price> _prices = prices.ToFrozenDictionary();

    /// <summary>Cost of a call in millionths of a US dollar, rounded up.</summary>
    public long Cost(string model, long tokensIn, long tokensOut)
    {
        var price = _prices.GetValueOrDefault(model, otherwise);
        return (long)decimal.Ceiling((tokensIn * price.In) + (tokensOut * price.Out) + price.PerCallMicroUsd);
    }
}

/// <summary>The price of one model.</summary>
/// <param name="In">US dollars per million tokens sent.</param>
/// <param name="Out">US dollars per million tokens received.</param>
/// <param name="PerCallMicroUsd">Millionths of a US dollar per call, for scorers.</param>
public sealed record Price(decimal In, decimal Out, decimal PerCallMicroUsd = 0)
{
    /// <summary>
    /// Stands in for a model without a price: dear on purpose, so that a cap is never overrun unseen.
    /// </summary>
    public static readonly Price Unknown = new(In: 10, Out: 30);

    /// <summary>Stands in for a scorer without a price.</summary>
    public static readonly Price Free = new(In: 0, Out: 0);
}
