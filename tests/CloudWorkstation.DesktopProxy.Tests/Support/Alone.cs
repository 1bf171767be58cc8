namespace CloudWorkstation.DesktopProxy.Tests.Support;

/// <summary>For tests that measure what the whole process holds or allocates: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
