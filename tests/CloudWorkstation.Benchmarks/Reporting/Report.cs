using System.Globalization;

namespace CloudWorkstation.Benchmarks;

/// <summary>Two numbers of one unit and how they compare. Ratios travel better between machines than numbers do.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our number.</param>
/// <param name="Other">What it is compared with.</param>
/// <param name="OtherName">What that is.</param>
/// <param name="Unit">For example <c>ms</c>.</param>
/// <param name="Goal">The ratio ours / other that is wanted; null: only told.</param>
/// <param name="AtLeast">True when more is better, so that the goal is a lower bound.</param>
public sealed record Ratio(string What, double Ours, double Other, string OtherName, string Unit, double? Goal = null, bool AtLeast = false)
{
    public double Value => Ours / Other;

    public bool? IsMet => Goal is { } goal ? (AtLeast ? Value >= goal : Value <= goal) : null;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Value,7:0.00}x  {What}: {Ours:0.##} {Unit}, {OtherName} {Other:0.##} {Unit}{(Goal is { } goal ? $" (goal {(AtLeast ? ">=" : "<=")} {goal:0.##}: {(IsMet == true ? "met" : "MISSED")})" : "")}");
}

/// <summary>A number with a goal of its own.</summary>
public sealed record Figure(string What, double Value, string Unit, double? AtMost = null, double? AtLeast = null)
{
    public bool? IsMet => AtMost is null && AtLeast is null ? null : Value <= (AtMost ?? double.MaxValue) && Value >= (AtLeast ?? double.MinValue);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Value,8:0.##} {Unit,-4} {What}{((AtMost ?? AtLeast) is { } limit ? $" (goal {(AtMost is null ? ">=" : "<=")} {limit:0.##} {Unit}: {(IsMet == true ? "met" : "MISSED")})" : "")}");
}

/// <summary>Rows of text under a title.</summary>
public sealed record Table(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>What a benchmark found: ratios first, then single figures, then details.</summary>
public sealed record Report(IReadOnlyList<Ratio> Ratios, IReadOnlyList<Figure> Figures, IReadOnlyList<Table> Tables);
