using System.Text.RegularExpressions;
using CloudWorkstation.Platform.Tests.Support;

namespace CloudWorkstation.Platform.Tests;

/// <summary>What infra sets is what the processes read: a misspelt setting would be ignored without a word.</summary>
public sealed partial class SettingNamesTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("infra/aws/services.tf")]
    [InlineData("infra/compose/compose.yaml")]
    [InlineData("infra/images/api/Dockerfile")]
    [InlineData("infra/images/worker/Dockerfile")]
    [InlineData("infra/images/router/Dockerfile")]
    [InlineData("infra/images/console-host/Dockerfile")]
    [InlineData("infra/images/desktop-proxy/Dockerfile")]
    public async Task A_setting_that_is_given_to_a_process_is_one_of_the_products(string file)
    {
        await Task.Yield();
        var known = Row().Matches(Checkout.Read("docs", "settings.md")).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Given().Matches(ComposesOwn().Replace(Checkout.Read(file), "")).Select(m => m.Groups["name"].Value).Where(name => !known.Contains(name)).ShouldBeEmpty();
    }

    [GeneratedRegex("""\$\{[^}]*\}""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ComposesOwn();

    // "NAME = " in HCL, "NAME:" in YAML, "NAME=" in a Dockerfile.
    [GeneratedRegex("""(^|[ {])(?<name>CWS_[A-Z_]+) *[=:]""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Given();

    [GeneratedRegex("""^\| `(?<name>CWS_[A-Z_]+)` \|""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();
}
