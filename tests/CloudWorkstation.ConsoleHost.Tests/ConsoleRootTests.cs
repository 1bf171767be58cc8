using CloudWorkstation.ConsoleHost.Pages;

namespace CloudWorkstation.ConsoleHost.Tests;

public sealed class ConsoleRootTests : IDisposable
{
    private readonly DirectoryInfo checkout = Directory.CreateTempSubdirectory("cws-checkout-");

    public void Dispose() => checkout.Delete(recursive: true);

    [Fact(Timeout = 60_000)]
    public Task The_setting_wins()
    {
        ConsoleRoot.Find(checkout.FullName, "/nowhere").ShouldBe(checkout.FullName);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public Task In_a_checkout_it_is_what_was_built_there_even_before_the_first_build()
    {
        var web = checkout.CreateSubdirectory("console-host/web");
        var binaries = checkout.CreateSubdirectory("console-host/Host/bin/Release/net10.0");

        ConsoleRoot.Find(null, binaries.FullName).ShouldBe(Path.Combine(web.FullName, "dist"));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public Task In_a_release_it_lies_beside_the_binary()
    {
        checkout.CreateSubdirectory("console-host/web");
        var released = checkout.CreateSubdirectory("wwwroot");
        File.WriteAllText(Path.Combine(released.FullName, "index.html"), "");

        ConsoleRoot.Find(null, checkout.FullName).ShouldBe(released.FullName);
        return Task.CompletedTask;
    }
}
