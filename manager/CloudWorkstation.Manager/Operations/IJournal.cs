namespace CloudWorkstation.Manager.Operations;

/// <summary>Where a part of an operation tells people what it is doing.</summary>
internal interface IJournal
{
    /// <value>When the operation was first taken up.</value>
    DateTimeOffset? StartedAt { get; }

    /// <summary>Begins a step of the timeline; the phrase is shown and logged.</summary>
    void Step(string name, string phrase);

    /// <param name="level"><c>info</c>, <c>warn</c> or <c>error</c>.</param>
    /// <param name="text">A line of the operation's log.</param>
    void Log(string level, string text);
}
