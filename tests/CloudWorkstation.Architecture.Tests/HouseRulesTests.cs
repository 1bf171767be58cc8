namespace CloudWorkstation.Architecture.Tests;

/// <summary>What may never reach what. Each failure names the type that crosses the line and what it uses.</summary>
public sealed class HouseRulesTests
{
    private const int Limit = 60_000;
    private const string Manager = "CloudWorkstation.Manager";

    /// <summary>The framework's passkey handler wants a request in its arguments; it gets an empty one, in one place.</summary>
    private static bool IsPasskeyJudge(string use) => use.StartsWith($"{Manager}.Accounts.Passkeys.PasskeyJudge", StringComparison.Ordinal) && use.EndsWith("HttpContext", StringComparison.Ordinal);

    private static readonly string[] Features = ["Access", "Accounts", "Audit", "Aws", "Desktops", "Events", "Jobs", "Metrics", "Operations", "Routing", "Templates", "Terraform"];

    [Fact(Timeout = Limit)]
    public async Task Terraform_knows_nothing_of_desktops()
    {
        await Task.Yield();
        using var manager = new AssemblyUses(Manager);

        manager.Uses(In("Terraform"), In("Desktops")).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Storage_knows_no_feature()
    {
        await Task.Yield();
        using var manager = new AssemblyUses(Manager);

        manager.Uses(In("Storage"), used => Features.Any(feature => In(feature)(used))).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Only_storage_touches_the_database()
    {
        await Task.Yield();
        using var manager = new AssemblyUses(Manager);

        manager.Uses(user => !In("Storage")(user) && !In("Jobs")(user), used => used.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_manager_knows_nothing_of_http()
    {
        await Task.Yield();
        using var manager = new AssemblyUses(Manager);

        manager.Uses(_ => true, used => used.StartsWith("Microsoft.AspNetCore.Http", StringComparison.Ordinal)
            || used.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal)
            || used.StartsWith("Microsoft.AspNetCore.Routing", StringComparison.Ordinal)
            || used.StartsWith("Microsoft.AspNetCore.Builder", StringComparison.Ordinal))
            .Where(use => !IsPasskeyJudge(use)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_api_reaches_neither_terraform_nor_the_stores_insides()
    {
        await Task.Yield();
        using var api = new AssemblyUses("CloudWorkstation.Api");

        api.Uses(_ => true, used => used.StartsWith($"{Manager}.Storage.", StringComparison.Ordinal) || used.StartsWith($"{Manager}.Terraform", StringComparison.Ordinal)).ShouldBeEmpty();
        api.ReferencedAssemblies.ShouldNotContain(name => name.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal) || name.StartsWith("AWSSDK", StringComparison.Ordinal) || name == "MedallionShell");
    }

    [Theory(Timeout = Limit)]
    [InlineData("CloudWorkstation.DesktopProxy")]
    [InlineData("CloudWorkstation.Router")]
    public async Task The_router_and_the_desktop_proxy_do_not_know_the_manager(string assembly)
    {
        await Task.Yield();
        using var small = new AssemblyUses(assembly);

        small.ReferencedAssemblies.ShouldNotContain(Manager);
    }

    [Fact(Timeout = Limit)]
    public async Task The_reader_finds_uses_where_there_are_some()
    {
        await Task.Yield();
        using var manager = new AssemblyUses(Manager);

        manager.Uses(In("Routing"), used => used == "System").ShouldNotBeEmpty();
        manager.Uses(In("Operations"), used => used == Manager || In("Desktops")(used) || In("Operations")(used)).ShouldNotBeEmpty();
    }

    private static Func<string, bool> In(string feature) =>
        name => name == $"{Manager}.{feature}" || name.StartsWith($"{Manager}.{feature}.", StringComparison.Ordinal);
}
