namespace CloudWorkstation.DesktopProxy.Tests.Support;

public static class Eventually
{
    /// <summary>Polls until <paramref name="condition"/> holds; half a minute is for a busy machine, not for the product.</summary>
    public static async Task TrueAsync(Func<bool> condition)
    {
        var deadline = Environment.TickCount64 + 30_000;
        while (!condition())
        {
            Environment.TickCount64.ShouldBeLessThan(deadline, "The condition never became true.");
            await Task.Delay(10);
        }
    }
}
