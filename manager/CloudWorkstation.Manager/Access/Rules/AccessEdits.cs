using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Access.Rules;

/// <summary>One record that many edits set or, where the wanted rules do not have it, remove.</summary>
/// <param name="Kind"><c>entitlement</c>, <c>role</c> or <c>group</c>.</param>
/// <param name="Name">Its name.</param>
internal sealed record AccessEdit(string Kind, string Name);

/// <summary>Many records in one commit: all of them or none, so that no half of a set of rules is ever in force.</summary>
internal sealed class AccessEdits(AccessDocuments documents, AccessPolicy policy, IAuditLog audit)
{
    /// <summary>A commit takes 100 writes: 49 for the rules, the rest for what is told of them.</summary>
    private const int MostEntries = 45;

    private const int LongestDetail = 8000;

    private static readonly Problem Stale = new(ProblemKind.Stale, "stale", "The access rules were changed by somebody else meanwhile. Repeat the import.");

    /// <param name="actor">Who.</param>
    /// <param name="now">What <paramref name="wanted"/> was made from; the edits are refused when these are no longer in force.</param>
    /// <param name="wanted">The rules as they will be, already checked.</param>
    /// <param name="edits">What differs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Outcome<bool>> ApplyAsync(Actor actor, AccessRules now, AccessRules wanted, IReadOnlyList<AccessEdit> edits, CancellationToken cancellationToken)
    {
        if (!actor.May(Permissions.AccessManage))
        {
            return AccountProblems.Forbidden;
        }

        List<DocumentWrite> writes =
        [
            .. await documents.SegmentWritesAsync(Changed("entitlement", edits, now.Entitlements, wanted.Entitlements), cancellationToken),
            .. await documents.SegmentWritesAsync(Changed("role", edits, now.Roles, wanted.Roles), cancellationToken),
            .. await documents.SegmentWritesAsync(Changed("group", edits, now.Groups, wanted.Groups), cancellationToken),
            documents.RevisionWrite(now.Revision),
        ];
        writes.AddRange(Entries(actor, now, wanted, edits));
        if (!(await documents.CommitAsync(writes, cancellationToken)).Committed)
        {
            return Stale;
        }

        await policy.ReloadAsync(cancellationToken);
        return true;
    }

    private static Dictionary<string, AccessView<T>?> Changed<T>(
        string kind, IReadOnlyList<AccessEdit> edits, IReadOnlyDictionary<string, AccessView<T>> now, IReadOnlyDictionary<string, AccessView<T>> wanted) =>
        edits.Where(e => e.Kind == kind).ToDictionary(
            e => e.Name,
            e => wanted.TryGetValue(e.Name, out var next) ? new AccessView<T>(next.Value, (now.GetValueOrDefault(e.Name)?.Version ?? 0) + 1) : null,
            StringComparer.Ordinal);

    /// <summary>One entry for each record as ever; of very many, one that names them.</summary>
    private IEnumerable<DocumentWrite> Entries(Actor actor, AccessRules now, AccessRules wanted, IReadOnlyList<AccessEdit> edits) => edits.Count > MostEntries
        ? [audit.Entry(actor, AuditActions.AccessImport, "access/rules", AuditResults.Accepted, $"{edits.Count} records: {Names(edits)}")]
        : edits.Select(e => e.Kind switch
        {
            "entitlement" => Entry(actor, e, now.Entitlements, wanted.Entitlements),
            "role" => Entry(actor, e, now.Roles, wanted.Roles),
            _ => Entry(actor, e, now.Groups, wanted.Groups),
        });

    private DocumentWrite Entry<T>(Actor actor, AccessEdit edit, IReadOnlyDictionary<string, AccessView<T>> now, IReadOnlyDictionary<string, AccessView<T>> wanted)
        where T : class
    {
        var (before, after) = (now.GetValueOrDefault(edit.Name), wanted.GetValueOrDefault(edit.Name));
        var verb = after is null ? AccessService.Verb.Remove : before is { Version: > 0 } ? AccessService.Verb.Change : AccessService.Verb.Create;
        var change = after is null ? AuditChange.Removed(before!.Value) : AuditChange.Between(before?.Value, after.Value);
        return audit.Entry(actor, AccessService.ActionOf(edit.Kind, verb), AccessService.AuditTarget(edit.Kind, edit.Name), AuditResults.Accepted, change);
    }

    private static string Names(IReadOnlyList<AccessEdit> edits)
    {
        var names = string.Join(", ", edits.Select(e => $"{e.Kind} {e.Name}"));
        return names.Length <= LongestDetail ? names : names[..LongestDetail] + "…";
    }
}
