namespace CloudWorkstation.Benchmarks;

internal static class Runner
{
    public static async Task<int> RunAsync(IReadOnlyList<Benchmark> all, string? name, bool quick, CancellationToken cancellationToken)
    {
        var chosen = all.Where(benchmark => name is null || benchmark.Name == name).ToList();
        if (chosen.Count == 0)
        {
            await Console.Error.WriteLineAsync($"There is no benchmark '{name}'. There are: {string.Join(", ", all.Select(benchmark => benchmark.Name))}.");
            return 1;
        }

        Console.WriteLine(Machine.Describe());
        foreach (var benchmark in chosen)
        {
            Console.WriteLine($"\n## {benchmark.Name}: {benchmark.Question}\n");
            Print(await benchmark.MeasureAsync(quick, cancellationToken));
        }

        return 0;
    }

    private static void Print(Report report)
    {
        foreach (var ratio in report.Ratios)
            Console.WriteLine(ratio);
        foreach (var figure in report.Figures)
            Console.WriteLine(figure);
        foreach (var table in report.Tables)
            Print(table);
    }

    private static void Print(Table table)
    {
        Console.WriteLine($"\n{table.Title}");
        var widths = Enumerable.Range(0, table.Columns.Count).Select(column => table.Rows.Select(row => row[column].Length).Append(table.Columns[column].Length).Max()).ToList();
        PrintRow(table.Columns, widths);
        PrintRow([.. widths.Select(width => new string('-', width))], widths);
        foreach (var row in table.Rows)
            PrintRow(row, widths);
    }

    private static void PrintRow(IReadOnlyList<string> cells, List<int> widths) =>
        Console.WriteLine($"| {string.Join(" | ", cells.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |");
}
