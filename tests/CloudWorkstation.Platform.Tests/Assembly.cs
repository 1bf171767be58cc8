// One moto for all, whose recorder cannot tell tests apart.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(CloudWorkstation.Platform.Tests.Support.AppliedPlatform))]
