using CloudWorkstation.Harness;

namespace CloudWorkstation.EndToEnd;

/// <summary><c>./workstation config</c> against the running product.</summary>
public sealed class ConfigTests
{
    private const int Limit = 240_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_file_is_exported_checked_changed_and_imported_once()
    {
        await using var product = await Product.StartAsync();
        var file = Path.Combine(product.Data.Root, "desktops.yaml");
        await File.WriteAllTextAsync(Path.Combine(product.Data.Root, "grace.password"), "four green bottles\n", Token);

        (await RunAsync(0, "config", "export", file, "--data", product.Data.Root)).ShouldContain("wrote");
        (await RunAsync(0, "config", "import", file, "--data", product.Data.Root)).ShouldContain("everything is as the file says");

        var text = await File.ReadAllTextAsync(file, Token);
        await File.WriteAllTextAsync(file, text.Replace("accounts:\n", "accounts:\n  - {userName: grace, roles: [user], passwordFile: grace.password}\n  - {userName: linus, roles: [user], generatePassword: true}\n", StringComparison.Ordinal), Token);
        (await RunAsync(0, "config", "validate", file)).ShouldContain("no problem");
        (await RunAsync(0, "config", "import", file, "--dry-run", "--data", product.Data.Root)).ShouldContain("+ account grace");
        (await RunAsync(1, "config", "import", file, "--data", product.Data.Root)).ShouldContain("give --yes");
        var imported = await RunAsync(0, "config", "import", file, "--yes", "--data", product.Data.Root);
        imported.ShouldContain("password of linus: ");
        imported.ShouldNotContain("four green bottles");
        (await RunAsync(0, "config", "import", file, "--data", product.Data.Root)).ShouldContain("everything is as the file says");

        using var grace = await Person.SignInAsync(product.Url, "grace", "four green bottles");
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_wrong_is_told_with_its_line_before_anybody_is_asked()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "version: 1\nroles:\n  - {name: a, permission: [x]}\nsettings:\n  mail: {password: hush}\n", Token);

        var output = await RunAsync(1, "config", "validate", file);

        output.ShouldContain($"{file}:3: roles[0].permission: is not known here");
        output.ShouldContain($"{file}:5: settings.mail.password: is a secret");
        File.Delete(file);
    }

    private static async Task<string> RunAsync(int expected, params string[] arguments)
    {
        await using var run = new Launch(arguments);
        (await run.EndAsync()).ShouldBe(expected, run.Output);
        return run.Output;
    }
}
