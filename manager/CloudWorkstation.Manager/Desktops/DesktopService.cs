using CloudWorkstation.Manager.Access;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>The one face of this folder towards the api.</summary>
internal sealed class DesktopService(DesktopReader reader, DesktopCreator creator, DesktopChanger changer, DesktopConnector connector, Quotas quotas) : IDesktopService
{
    public Task<Outcome<AcceptedChange>> CreateAsync(Actor actor, CreateDesktop request, CancellationToken cancellationToken) =>
        creator.CreateAsync(actor, request, cancellationToken);

    public Task<Outcome<DesktopView>> GetAsync(Actor actor, string id, CancellationToken cancellationToken) =>
        reader.GetAsync(actor, id, cancellationToken);

    public Task<Outcome<Listing<DesktopView>>> ListAsync(Actor actor, DesktopFilter filter, CancellationToken cancellationToken) =>
        reader.ListAsync(actor, filter, cancellationToken);

    public Task<Outcome<AcceptedChange>> ChangeAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken) =>
        changer.ChangeAsync(actor, id, change, cancellationToken);

    public Task<Outcome<AcceptedChange>> DeleteAsync(Actor actor, string id, long? ifVersion, CancellationToken cancellationToken) =>
        changer.DeleteAsync(actor, id, ifVersion, cancellationToken);

    public Task<Outcome<DesktopPlan>> PlanAsync(Actor actor, string id, ChangeDesktop change, CancellationToken cancellationToken) =>
        changer.PlanAsync(actor, id, change, cancellationToken);

    public Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string id, ScreenEngine? engine, CancellationToken cancellationToken) =>
        connector.ConnectAsync(actor, id, engine, cancellationToken);

    public Task<IReadOnlyList<QuotaUse>> QuotaAsync(Actor actor, CancellationToken cancellationToken) =>
        quotas.UseAsync(actor, cancellationToken);
}
