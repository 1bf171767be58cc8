using CloudWorkstation.Manager.Accounts;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Desktops.Policies;
using CloudWorkstation.Manager.Desktops.Sharing;
using CloudWorkstation.Manager.Events;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Routing;
using CloudWorkstation.Manager.Templates;
using CloudWorkstation.Tokens;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Grants connections: a stored, single-use connection and the token that the edge and the desktop proxy check.</summary>
internal sealed class DesktopConnector(
    DesktopReader reader,
    DesktopDocuments documents,
    ITemplateCatalogue templates,
    ISessionPolicies policies,
    RecordingStart recordings,
    SecretProtector secrets,
    IKeyRing keys,
    IRouteFeed routes,
    Screens screens,
    ManagerOptions options,
    Changes changes,
    IAuditLog audit,
    SortableIds ids,
    WatchDesk watches,
    Presence presence,
    TimeProvider time)
{
    private static readonly TimeSpan Valid = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DialLimit = TimeSpan.FromSeconds(1);

    public async Task<Outcome<ConnectionGrant>> ConnectAsync(Actor actor, string id, ScreenEngine? engine, CancellationToken cancellationToken)
    {
        var outcome = await TryConnectAsync(actor, id, engine, cancellationToken);
        if (outcome.Problem is { } problem)
        {
            await audit.RecordAsync(actor, AuditActions.DesktopConnect, $"desktop/{id}", AuditResults.Refused, problem.Code, cancellationToken);
        }

        return outcome;
    }

    private async Task<Outcome<ConnectionGrant>> TryConnectAsync(Actor actor, string id, ScreenEngine? engine, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(actor, id, cancellationToken) is not { Value: var desktop })
        {
            return Problem.NotFound("desktop", id);
        }

        if (DesktopAccess.Connect(actor, desktop) is { } forbidden)
        {
            return forbidden;
        }

        if (desktop.Status != DesktopStatus.Running)
        {
            return DesktopProblems.NotRunning(desktop.Status);
        }

        var pass = actor.Is(desktop.Owner) ? ScreenPass.OfOwner : await watches.EnterAsync(actor, desktop, cancellationToken);
        if (pass.Problem is { } refused)
        {
            return refused;
        }

        var granted = (await GrantAsync(actor, desktop, pass.Value, engine, cancellationToken)).GetValueOrDefault(DesktopProblems.Busy);
        if (granted.Succeeded && pass.Value.Share is { } share)
        {
            await watches.NoteAsync(desktop.Id, share, granted.Value.ConnectionId, cancellationToken);
        }

        return granted;
    }

    /// <summary>Grants a connection to whoever may have one. Null when what had to be written besides lost a race.</summary>
    public async Task<Outcome<ConnectionGrant>?> GrantAsync(Actor actor, Desktop desktop, ScreenPass pass, ScreenEngine? engine, CancellationToken cancellationToken)
    {
        if (desktop.Status != DesktopStatus.Running || desktop.Connection is null)
        {
            return DesktopProblems.NotRunning(desktop.Status);
        }

        if (!await screens.AcceptsAsync(Screen.Of(desktop, options), DialLimit, cancellationToken))
        {
            return new Problem(ProblemKind.Unavailable, "desktop_unreachable", "The desktop's screen does not answer. Restart the desktop.");
        }

        var template = await templates.ObtainAsync(desktop.Template, desktop.TemplateVersion, cancellationToken);
        var protocol = template?.Protocol ?? ScreenEngines.Vnc;
        if (pass.Share is not null)
        {
            var owners = await presence.OwnersEngineAsync(desktop.Id, cancellationToken);
            if (owners is null && !ScreenEngines.LetsInSeveral(protocol))
            {
                return SharingProblems.NothingToJoin(desktop.OwnerName, pass.IsLook);
            }

            engine ??= ScreenEngines.For(protocol, options).Cast<ScreenEngine?>().FirstOrDefault(e => e == owners);
        }

        var chosen = ScreenEngines.Choose(protocol, engine, options);
        if (chosen.Problem is { } unavailable)
        {
            return unavailable;
        }

        // Asked again when it opens; here the page still gets the sentence that says why.
        var session = await policies.EffectiveAsync(desktop, cancellationToken);
        if (await recordings.RefusalAsync(session, cancellationToken) is { } unrecorded)
        {
            return unrecorded;
        }

        // Whoever built the desktop may have been another process, whose routers are not ours.
        await routes.UntilInForceAsync(cancellationToken);
        var secret = template is { PersonSignsIn: true } ? "" : secrets.Open(desktop.ProtectedSecret, desktop.Id);
        var target = new DesktopTarget(desktop.Connection!.Host, desktop.Connection.Port, protocol, secret, desktop.Connection.Parameters);
        return await TryGrantAsync(actor, desktop, pass, target, chosen.Value, session, cancellationToken);
    }

    private async Task<Outcome<ConnectionGrant>?> TryGrantAsync(
        Actor actor, Desktop desktop, ScreenPass pass, DesktopTarget target, ScreenEngine engine, SessionPolicy session, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var connection = new Connection
        {
            Id = ids.Next(),
            Desktop = desktop.Id,
            Account = actor.AccountId,
            AccountName = actor.UserName,
            Owner = desktop.Owner,
            ShareId = pass.Share,
            Access = pass.Access,
            Engine = engine,
            SessionId = actor.SessionId,
            Address = actor.Address,
            TokenId = Guid.NewGuid().ToString("N"),
            State = ConnectionState.Granted,
            GrantedAt = now,
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((now + Valid).ToUnixTimeSeconds()),
        };
        var token = new DesktopToken(
            actor.AccountId,
            actor.SessionId ?? "none",
            desktop.Id,
            connection.Id,
            connection.TokenId,
            TargetCipher.Encrypt(target, keys.DesktopProxyKey),
            connection.ExpiresAt)
        {
            Share = pass.Share,
        }.Sign(keys.Current);
        var set = changes.Begin()
            .Write(documents.Connections.Add(connection, now + DesktopDocuments.ConnectionsKept))
            .Audit(actor, AuditActions.DesktopConnect, $"desktop/{desktop.Id}", AuditResults.Accepted, $"{desktop.OwnerName}'s desktop \"{desktop.Name}\", connection {connection.Id}{Told(pass)}");
        if (pass.Besides is { } besides)
        {
            set.Write(besides);
        }

        if (!(await set.CommitAsync(cancellationToken)).Committed)
        {
            return null;
        }

        return new ConnectionGrant(connection.Id, token, connection.ExpiresAt, session)
        {
            Desktop = desktop.Id,
            Access = pass.Access,
            Engine = engine,
            Engines = ScreenEngines.For(target.Protocol, options),
        };
    }

    private static string Told(ScreenPass pass) => pass.Share is null ? "" : $", {ShareRules.Word(pass.Access)}, share {pass.Share}";
}
