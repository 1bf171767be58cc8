using System.Text.RegularExpressions;
using CloudWorkstation.Platform.Tests.Support;

namespace CloudWorkstation.Platform.Tests;

/// <summary>The tables of infra/aws/README.md are the variables and outputs of the module.</summary>
public sealed partial class ReadmeTests
{
    [Fact(Timeout = 60_000)]
    public async Task Every_variable_and_output_is_in_the_tables_with_its_own_words()
    {
        await Task.Yield();
        var written = Row().Matches(Checkout.Read("infra", "aws", "README.md")).Select(m => $"{m.Groups["name"].Value}: {m.Groups["meaning"].Value}");
        var declared = ((string[])["variables.tf", "variables-more.tf", "outputs.tf"])
            .SelectMany(file => Block().Matches(Checkout.Read("infra", "aws", file)))
            .Select(m => $"{m.Groups["name"].Value}: {m.Groups["meaning"].Value.Replace("\\\"", "\"", StringComparison.Ordinal)}");

        written.ShouldBe(declared);
    }

    [GeneratedRegex("""^\| `(?<name>[a-z_]+)` \|( [^|]+ \|)? (?<meaning>[^|]+) \|$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex("""^(variable|output) "(?<name>[a-z_]+)" \{\n  description = "(?<meaning>.*)"$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Block();
}
