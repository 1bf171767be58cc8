namespace CloudWorkstation.Manager.Storage;

/// <summary>
/// The order of index sorts: by UTF-8 bytes, which is by code point. .NET's ordinal comparison goes by UTF-16 units and puts
/// surrogate pairs before U+E000..U+FFFF.
/// </summary>
public static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return Rank(left[i]).CompareTo(Rank(right[i]));
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    // A surrogate stands for a code point above every single unit.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
