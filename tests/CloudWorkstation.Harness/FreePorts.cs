using System.Net.NetworkInformation;

namespace CloudWorkstation.Harness;

public static class FreePorts
{
    // Below the range from which the kernel takes ports for outgoing connections.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;

    /// <summary>The first of so many free ports in a row.</summary>
    public static int InARow(int count)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        while (true)
        {
            var first = Random.Shared.Next(Lowest, Highest);
            if (!Enumerable.Range(first, count).Any(taken.Contains))
                return first;
        }
    }
}
