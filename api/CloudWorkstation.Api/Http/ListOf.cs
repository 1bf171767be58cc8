namespace CloudWorkstation.Api.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Cursor">Send it back as <c>cursor</c> for the next page; absent on the last one.</param>
public sealed record ListOf<T>(IReadOnlyList<T> Items, string? Cursor = null);
