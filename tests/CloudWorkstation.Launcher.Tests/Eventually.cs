namespace CloudWorkstation.Launcher.Tests;

internal static class Eventually
{
    /// <summary>Polls until it holds; the test's own time-out is the deadline.</summary>
    public static async Task HoldsAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }
}
