using CloudWorkstation.Architecture.Tests.Sizes;

namespace CloudWorkstation.Architecture.Tests;

/// <summary>infra/sizes.md says what the formulas give. With UPDATE_SIZES=1 its tables are written anew.</summary>
public sealed class SizesTests
{
    private const int Limit = 30_000;
    private const string Begin = "<!-- computed: begin -->\n";
    private const string End = "<!-- computed: end -->";
    private const double CodersVcpu = 704;

    private static string Page => Path.Combine(Root(), "infra", "sizes.md");

    [Fact(Timeout = Limit)]
    public async Task The_tables_are_what_the_formulas_give()
    {
        var page = await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var computed = SizesPage.Tables(new Assumptions(), new Prices());
        if (Environment.GetEnvironmentVariable("UPDATE_SIZES") == "1")
        {
            await File.WriteAllTextAsync(Page, page[..begin] + computed + page[end..], TestContext.Current.CancellationToken);
            return;
        }

        page[begin..end].ShouldBe(computed, "run this test with UPDATE_SIZES=1");
    }

    [Fact(Timeout = Limit)]
    public async Task Every_assumption_and_price_is_on_the_page_with_its_value()
    {
        var page = await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken);

        SizesPage.Named(new Assumptions()).Concat(SizesPage.Named(new Prices())).Where(row => !page.Contains(row, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Ten_thousand_desktops_need_a_fraction_of_what_Coder_publishes_and_no_partition_is_full()
    {
        await Task.Yield();
        var estimate = new Estimate(10_000, new Assumptions(), new Prices());

        estimate.Vcpu.ShouldBeLessThan(CodersVcpu / 3);
        estimate.BusiestPartition.ShouldBeLessThan(1_000);
    }

    [Fact(Timeout = Limit)]
    public async Task More_desktops_never_need_less()
    {
        await Task.Yield();
        var fleets = Enumerable.Range(1, 200).Select(n => new Estimate(n * 100, new Assumptions(), new Prices())).ToList();

        foreach (var (smaller, larger) in fleets.Zip(fleets.Skip(1)))
        {
            larger.Slots.ShouldBeGreaterThanOrEqualTo(smaller.Slots);
            (larger.Worker.TotalGigabytes + 0.01).ShouldBeGreaterThanOrEqualTo(larger.Slots * new Assumptions().TerraformGigabytes);
            larger.Platform.ShouldBeGreaterThan(smaller.Platform * 0.97);
        }
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CloudWorkstation.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests do not run in a checkout.");
        }

        return directory.FullName;
    }
}
