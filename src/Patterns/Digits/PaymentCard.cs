namespace Provost.Patterns.Digits;

/// <summary>
/// Numbers of payment cards: 13 to 19 digits, a beginning that an issuer of that length uses, and the check digit of
/// ISO/IEC 7812-1 annex B (Luhn).
/// </summary>
public static class PaymentCard
{
    /// <summary>Issuer ranges as first six digits, with the lengths issued under them.</summary>
    private static readonly (int From, int To, int Min, int Max)[] Ranges =
    [
        (220000, 220499, 16, 19), // Mir
        (222100, 272099, 16, 16), // Mastercard
        (300000, 305999, 14, 19), // Diners Club
        (309500, 309599, 14, 19), // Diners Club
        (340000, 349999, 15, 15), // American Express
        (352800, 358999, 16, 19), // JCB
        (360000, 369999, 14, 19), // Diners Club
        (370000, 379999, 15, 15), // American Express
        (380000, 399999, 14, 19), // Diners Club
        (400000, 499999, 13, 19), // Visa: 13, 16 and 19, and what issuers make of it
        (500000, 509999, 13, 19), // Maestro, RuPay, Elo
        (510000, 559999, 16, 16), // Mastercard
        (560000, 699999, 13, 19), // Maestro, Discover, UnionPay, RuPay
        (810000, 829999, 16, 19), // RuPay, UnionPay
        (979200, 979299, 16, 16), // Troy
    ];

    /// <param name="digits">ASCII digits.</param>
    public static bool IsPlausible(ReadOnlySpan<byte> digits)
    {
        if (digits.Length is < 13 or > 19)
        {
            return false;
        }

        var issuer = 0;
        foreach (var digit in digits[..6])
        {
            issuer = (issuer * 10) + (digit - '0');
        }

        foreach (var (from, to, min, max) in Ranges)
        {
            if (issuer >= from && issuer <= to)
            {
                return digits.Length >= min && digits.Length <= max && Luhn(digits);
            }
        }

        return false;
    }

    /// <summary>Whether the last digit is the check digit of those before it.</summary>
    public static bool Luhn(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        var twice = false;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var digit = digits[i] - '0';
            digit = twice ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
            twice = !twice;
        }

        return sum % 10 == 0;
    }
}
