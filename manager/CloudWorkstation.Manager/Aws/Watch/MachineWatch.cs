using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Aws.Watch;

/// <summary>
/// Compares what the cloud has with what the store says, and stores what changed behind our back. The store is read as a whole only now and
/// then; in between a desktop is read when something of it looks different from the last time, so a quiet fleet costs the calls to EC2 alone.
/// </summary>
internal sealed class MachineWatch(
    IAwsClients clients,
    DesktopDocuments documents,
    Changes changes,
    AwsPlace place,
    ManagerOptions options,
    TimeProvider time,
    ILogger<MachineWatch> logger)
{
    private const int MostTries = 5;
    private const int AtOnce = 8;
    private const int MostConfirmations = 20;
    private static readonly TimeSpan WholeStore = TimeSpan.FromMinutes(10);
    private readonly Dictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal);
    private DateTimeOffset readWhole = DateTimeOffset.MinValue;

    private sealed record Known(Machine Machine, Sighting? Last);

    /// <summary>Whether any desktop has a machine at all, as far as is known.</summary>
    public bool HasMachines => known.Count > 0;

    /// <summary>Another process watched meanwhile: what is remembered here is old.</summary>
    public void Forget()
    {
        known.Clear();
        gone.Clear();
        readWhole = DateTimeOffset.MinValue;
    }

    /// <summary>One look at everything. Returns how many desktops were stored anew.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var unseen = await ReadStoreAsync(cancellationToken);
        var regions = known.Values.Select(k => k.Machine.Region).Append(place.Region).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var clusters = known.Values.Where(k => k.Machine is { Cluster: not null, Service: not null }).Select(k => (k.Machine.Region, k.Machine.Cluster!)).Distinct().ToList();
        var view = await CloudView.LookAsync(clients, options.Environment, regions, clusters, cancellationToken);
        await TakeInNewAsync(view, cancellationToken);

        // A list may leave out what was built a moment ago, and one answer for all of them may be about another account.
        var missing = known.Values.Where(k => !view.Has(k.Machine.Instance) && k.Last is not { Instance: null }).Select(k => k.Machine).Take(MostConfirmations).ToList();
        var confirmed = await view.ConfirmAsync(clients, missing, cancellationToken);
        SettleWithoutReading(unseen, confirmed);
        var different = known.Where(k => confirmed.Of(k.Value.Machine) != k.Value.Last && (view.Has(k.Value.Machine.Instance) || missing.Contains(k.Value.Machine))).ToList();
        return await SettleAsync(different, confirmed, cancellationToken);
    }

    private async Task<int> SettleAsync(List<KeyValuePair<string, Known>> different, CloudView view, CancellationToken cancellationToken)
    {
        var results = new (string Desktop, Known? Now, bool Stored)[different.Count];
        await Parallel.ForAsync(0, different.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            var (now, stored) = await SettleAsync(different[i].Key, view, different[i].Value, token);
            results[i] = (different[i].Key, now, stored);
        });
        foreach (var (desktop, now, _) in results)
        {
            if (now is null)
            {
                known.Remove(desktop);
            }
            else
            {
                known[desktop] = now;
            }
        }

        return results.Count(r => r.Stored);
    }

    /// <summary>What to remember of the desktop (null: nothing, it is gone), and whether it was stored anew.</summary>
    private async Task<(Known? Now, bool Stored)> SettleAsync(string id, CloudView view, Known before, CancellationToken cancellationToken)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await documents.Desktops.GetAsync(id, cancellationToken) is not { Value: { Machine: { } machine } desktop } found)
            {
                return (null, false);
            }

            if (desktop.ActiveOperation is not null || machine != before.Machine)
            {
                // An operation is changing it, or has just built another: the next look compares again.
                return (before with { Machine = machine, Last = null }, false);
            }

            var seen = view.Of(machine);
            var judged = SightingRules.Judge(desktop, seen, time.GetUtcNow());
            if (ReferenceEquals(judged, desktop))
            {
                return (before with { Last = seen }, false);
            }

            if ((await changes.Begin().Replace(judged, found.Version).CommitAsync(cancellationToken)).Committed)
            {
                logger.LogInformation("Desktop {Desktop}: its machine {Instance} is {State}. {Detail}", id, machine.Instance, judged.Observed?.State, judged.Observed?.Detail);
                return (before with { Last = seen }, true);
            }
        }

        return (before with { Last = null }, false);
    }

    /// <summary>The desktops whose machines were never compared, as a moment ago stored.</summary>
    private async Task<List<Desktop>> ReadStoreAsync(CancellationToken cancellationToken)
    {
        var unseen = new List<Desktop>();
        if (time.GetUtcNow() - readWhole < WholeStore)
        {
            return unseen;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var query = documents.Desktops.Query(DesktopDocuments.All, DesktopDocuments.Everything) with { Limit = StoreLimits.MaximumPageSize };
        await foreach (var desktop in documents.Desktops.AllAsync(query, cancellationToken).Select(i => i.Value).Where(d => d.Machine is { Provider: "aws" }))
        {
            seen.Add(desktop.Id);
            if (Remember(desktop))
            {
                unseen.Add(desktop);
            }
        }

        foreach (var absent in known.Keys.Except(seen).ToList())
        {
            known.Remove(absent);
        }

        readWhole = time.GetUtcNow();
        return unseen;
    }

    /// <summary>A fleet that is as stored costs no further read, not even at the first look.</summary>
    private void SettleWithoutReading(List<Desktop> unseen, CloudView view)
    {
        foreach (var desktop in unseen.Where(d => d.ActiveOperation is null))
        {
            var seen = view.Of(desktop.Machine!);
            if (ReferenceEquals(SightingRules.Judge(desktop, seen, time.GetUtcNow()), desktop))
            {
                known[desktop.Id] = new Known(desktop.Machine!, seen);
            }
        }
    }

    /// <summary>Whether its machine is one that was not known.</summary>
    private bool Remember(Desktop desktop)
    {
        if (known.TryGetValue(desktop.Id, out var before) && before.Machine == desktop.Machine)
        {
            return false;
        }

        known[desktop.Id] = new Known(desktop.Machine!, null);
        return true;
    }

    /// <summary>
    /// Machines whose desktops are not known here yet, or have another machine than the one remembered. One that was terminated before it was
    /// ever seen alive counts too, once: it stays listed for an hour, and most of them belong to desktops that were deleted.
    /// </summary>
    private async Task TakeInNewAsync(CloudView view, CancellationToken cancellationToken)
    {
        gone.RemoveWhere(id => !view.Has(id));
        foreach (var instance in view.Instances)
        {
            var isGone = instance.State is Ec2.InstanceState.Terminated or Ec2.InstanceState.ShuttingDown;
            if (isGone && !gone.Add(instance.Id))
            {
                continue;
            }

            if (instance.Tags.TryGetValue(CloudView.DesktopTag, out var id) && DesktopSecrets.IsId(id)
                && (!known.TryGetValue(id, out var before) || before.Machine.Instance != instance.Id)
                && await documents.Desktops.GetAsync(id, cancellationToken) is { Value: { Machine.Provider: "aws" } desktop }
                && (!isGone || desktop.Machine.Instance == instance.Id))
            {
                Remember(desktop);
            }
        }
    }
}
