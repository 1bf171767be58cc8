namespace CloudWorkstation.Api.Problems;

/// <summary>One kind of refusal that programs may depend on.</summary>
/// <param name="Code">Stable snake_case name.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">Short and the same every time.</param>
/// <param name="Fix">What the caller does about it.</param>
public sealed record ProblemCode(string Code, int Status, string Title, string Fix);
