namespace CloudWorkstation.Manager.Statistics.Timings;

/// <summary>The steps of a start in the order in which they come, whichever of them one has.</summary>
internal static class Phases
{
    private static readonly string[] Order = ["earlier", "queue", "power", "workspace", "init", "apply", "proxy", "boot", "readiness", "route", "connect", "frame"];

    public static int Place(string name) => Array.IndexOf(Order, name) is >= 0 and var place ? place : Order.Length;
}

/// <summary>Of a handful of numbers, exactly.</summary>
internal static class Percentiles
{
    /// <summary>The smallest of them that <paramref name="share"/> of them do not exceed; 0 for none.</summary>
    public static int Of(IEnumerable<int> numbers, double share)
    {
        var sorted = numbers.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * share) - 1, 0, sorted.Count - 1)];
    }

    public static int Median(IEnumerable<int> numbers) => Of(numbers, 0.5);
}
