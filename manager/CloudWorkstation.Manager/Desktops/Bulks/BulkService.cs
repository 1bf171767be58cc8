using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Desktops.Bulks;

/// <inheritdoc cref="IBulkService"/>
internal sealed class BulkService(BulkDocuments documents, DesktopReader reader, BulkRunner runner, IAuditLog audit, SortableIds ids, TimeProvider time) : IBulkService
{
    public async Task<Outcome<BulkView>> StartAsync(Actor actor, StartBulk request, CancellationToken cancellationToken)
    {
        if (Check(request) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        if (!MayAsk(actor, request))
        {
            return AccountProblems.Forbidden;
        }

        var chosen = await ChooseAsync(actor, request, cancellationToken);
        if (!chosen.Succeeded)
        {
            return chosen.Problem!;
        }

        if (chosen.Value.Count != request.ExpectedCount)
        {
            return CountChanged(request.ExpectedCount, chosen.Value.Count);
        }

        return await AcceptAsync(actor, request, chosen.Value, cancellationToken);
    }

    public async Task<Outcome<int>> CountAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken)
    {
        var found = await reader.SelectAsync(actor, filter, BulkLimits.Desktops, cancellationToken);
        return found.Succeeded ? found.Value.Count : found.Problem!;
    }

    public async Task<Outcome<BulkView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        OperationIds.IsOne(id) && await documents.FindAsync(id, cancellationToken) is { Value: var bulk } && (actor.Is(bulk.Account) || actor.May(Permissions.DesktopsManage))
            ? new BulkView(bulk, await documents.ItemsAsync(bulk, cancellationToken))
            : Problem.NotFound("bulk", id);

    private static List<FieldError> Check(StartBulk request)
    {
        var errors = new List<FieldError>();
        if (request.Ids is null == request.Filter is null)
        {
            errors.Add(new FieldError("ids", "Say which desktops: by 'ids' or by 'filter', one of both."));
        }

        if (request.Ids is { } ids && (ids.Count is 0 or > BulkLimits.Desktops || ids.Distinct(StringComparer.Ordinal).Count() != ids.Count || !ids.All(DesktopSecrets.IsId)))
        {
            errors.Add(new FieldError("ids", $"Name 1 to {BulkLimits.Desktops} desktops by their ids, each once."));
        }

        if (request.ExpectedCount is < 1 or > BulkLimits.Desktops)
        {
            errors.Add(new FieldError("expectedCount", $"Say how many desktops you mean, 1 to {BulkLimits.Desktops}."));
        }

        if (request.Action == BulkAction.Delete && request.Confirm != request.ExpectedCount)
        {
            errors.Add(new FieldError("confirm", "Desktops are deleted with everything on them: repeat their number here."));
        }

        if (request.Action == BulkAction.Transfer == string.IsNullOrWhiteSpace(request.Owner))
        {
            errors.Add(new FieldError("owner", "A transfer needs the new owner, and nothing else takes one."));
        }

        return errors;
    }

    // What is named may be one's own; the desktops decide one by one. A filter over everybody's is for those who may do it to everybody's.
    private static bool MayAsk(Actor actor, StartBulk request) => request.Action switch
    {
        BulkAction.Transfer => actor.May(Permissions.DesktopsManage),
        _ when request.Filter is not { } filter || (!filter.Everyone && (filter.Owner is null || actor.Is(filter.Owner))) => true,
        BulkAction.Delete => actor.May(Permissions.DesktopsManage),
        _ => actor.May(Permissions.DesktopsStop) || actor.May(Permissions.DesktopsManage),
    };

    private static Problem CountChanged(int expected, int count) => new(
        ProblemKind.Conflict, "count_changed", $"You expected {expected} desktops and it would be {count}. Look at them again, then decide.")
    {
        Extensions = new Dictionary<string, string> { ["count"] = count.ToString(System.Globalization.CultureInfo.InvariantCulture) },
    };

    private async Task<Outcome<IReadOnlyList<BulkItem>>> ChooseAsync(Actor actor, StartBulk request, CancellationToken cancellationToken)
    {
        if (request.Ids is { } named)
        {
            return Outcome<IReadOnlyList<BulkItem>>.From([.. named.Select(id => new BulkItem { Desktop = id })]);
        }

        var found = await reader.SelectAsync(actor, request.Filter!, BulkLimits.Desktops, cancellationToken);
        return found.Succeeded
            ? Outcome<IReadOnlyList<BulkItem>>.From([.. found.Value.Select(d => new BulkItem { Desktop = d.Id, Name = d.Name })])
            : found.Problem!;
    }

    private async Task<Outcome<BulkView>> AcceptAsync(Actor actor, StartBulk request, IReadOnlyList<BulkItem> items, CancellationToken cancellationToken)
    {
        var bulk = new Bulk
        {
            Id = request.Id ?? ids.Next(),
            Account = actor.AccountId,
            AccountName = actor.UserName,
            Address = actor.Address,
            Permissions = [.. actor.Access.Permissions],
            Action = request.Action,
            Owner = request.Owner,
            Filter = request.Filter is { } all ? all with { Cursor = null } : null,
            FilterOwner = request.Filter is { } filter ? (await reader.ScopeAsync(actor, filter, cancellationToken)).Owner : null,
            State = BulkState.Running,
            Total = items.Count,
            Parts = (items.Count + BulkPart.Size - 1) / BulkPart.Size,
            CreatedAt = time.GetUtcNow(),
        };
        var entry = audit.Entry(actor, AuditActions.DesktopsBulk, $"bulk/{bulk.Id}", AuditResults.Accepted, $"{bulk.Action.ToString().ToLowerInvariant()} {bulk.Total}");
        if (!await documents.CommitAsync(cancellationToken, [.. documents.Add(bulk, items), entry]))
        {
            return new Problem(ProblemKind.Conflict, "conflict", "This very request was accepted a moment ago.");
        }

        runner.Wake();
        return new BulkView(bulk, items);
    }
}
