using Amazon.DynamoDBv2.Model;

namespace CloudWorkstation.Manager.Storage.DynamoDb;

/// <summary>What happened to one write when a commit was refused.</summary>
/// <param name="Failed">Its condition did not hold.</param>
/// <param name="Found">The document as it is, where DynamoDB tells.</param>
internal readonly record struct WriteAnswer(bool Failed, Dictionary<string, AttributeValue>? Found);

/// <summary>
/// Tells a commit that lost from one that won and whose answer was lost: a refusal of the second try is then caused by the first. The
/// tokens in the documents say which of the two it is.
/// </summary>
internal static class CommitEvidence
{
    private enum Finding
    {
        None,
        Done,
        NotDone,
    }

    /// <summary>Null when it cannot be told.</summary>
    /// <param name="commit">The commit that was refused.</param>
    /// <param name="answers">One for each write, and one for the receipt where there is one.</param>
    /// <param name="mayBeDone">Whether an earlier try may have been done.</param>
    public static CommitResult? Judge(CommitRequest commit, IReadOnlyList<WriteAnswer> answers, bool mayBeDone)
    {
        Finding[] findings = mayBeDone ? [.. answers.Select((a, i) => Find(commit, i, a))] : [];
        if (findings.Contains(Finding.Done))
        {
            return CommitResult.Done;
        }

        return !mayBeDone || findings.Contains(Finding.NotDone)
            ? new CommitResult([.. answers.Index().Take(commit.Writes.Count).Where(a => a.Item.Failed).Select(a => a.Index)])
            : null;
    }

    private static Finding Find(CommitRequest commit, int position, WriteAnswer answer)
    {
        if (position == commit.Writes.Count)
        {
            return answer.Failed ? Finding.Done : Finding.NotDone;
        }

        var write = commit.Writes[position];
        return write.Kind switch
        {
            // Had it been done, its condition could not hold any more.
            WriteKind.Put or WriteKind.Delete when !answer.Failed => Finding.NotDone,
            WriteKind.Put when answer.Found is { Count: > 0 } found => Find(commit.Token, write, found),
            _ => Finding.None,
        };
    }

    /// <summary>Our version's token is as far back as the document's version is ahead of ours.</summary>
    private static Finding Find(string token, DocumentWrite write, Dictionary<string, AttributeValue> found)
    {
        var ours = write.Condition == ConditionKind.Absent ? 1 : write.ExpectedVersion + 1;
        var back = ItemLayout.VersionOf(found) - ours;
        if (back < 0)
        {
            return Finding.NotDone;
        }

        if (back >= TableLayout.Commits.Count)
        {
            return Finding.None;
        }

        return found.TryGetValue(TableLayout.Commits[(int)back], out var written) && string.Equals(written.S, token, StringComparison.Ordinal)
            ? Finding.Done
            : Finding.NotDone;
    }
}
