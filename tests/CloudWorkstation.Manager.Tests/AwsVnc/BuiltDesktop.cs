using CloudWorkstation.Manager.Tests.Parts;



namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>One desktop of aws-vnc, built when a test first looks at it, for all tests that only look.</summary>
public sealed class BuiltDesktop(SharedMoto moto) : IAsyncDisposable
{
    private readonly SemaphoreSlim building = new(1);
    private AwsDesktop? desktop;

    internal async Task<AwsDesktop> GetAsync()
    {
        await building.WaitAsync();
        try
        {
            if (desktop is null)
            {
                var built = await AwsDesktop.NewAsync(moto, "eu-north-1");
                desktop = built;
                await built.ApplyAsync();
            }

            return desktop;
        }
        finally
        {
            building.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (desktop is not null)
            await desktop.DisposeAsync();
        building.Dispose();
    }
}
