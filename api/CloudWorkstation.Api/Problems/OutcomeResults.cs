using CloudWorkstation.Manager;

namespace CloudWorkstation.Api.Problems;

/// <summary>Turns what the manager answers into what HTTP answers.</summary>
public static class OutcomeResults
{
    public static IResult Match<T>(this Outcome<T> outcome, Func<T, IResult> success) =>
        outcome.Problem is { } problem ? HttpProblem.From(problem) : success(outcome.Value);
}
