namespace CloudWorkstation.Benchmarks;

/// <summary>One question that a measurement answers.</summary>
/// <param name="Name">As in <c>./workstation bench NAME</c>.</param>
/// <param name="Question">Printed above the numbers.</param>
/// <param name="MeasureAsync">Measures; the flag asks for fewer repetitions.</param>
public sealed record Benchmark(string Name, string Question, Func<bool, CancellationToken, Task<Report>> MeasureAsync);
