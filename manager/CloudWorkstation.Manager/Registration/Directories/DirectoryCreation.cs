using System.Security.Cryptography;
using CloudWorkstation.Manager.Audit;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Keys;
using CloudWorkstation.Manager.Storage;
using Microsoft.Extensions.Logging;

namespace CloudWorkstation.Manager.Registration.Directories;

/// <summary>
/// Carries out what was ordered. An attempt is claimed by a conditional write before the directory is asked, and its end is a write on the
/// condition that nobody has taken over; an attempt that died is repeated, and finds by its mark what it had made.
/// </summary>
internal sealed partial class DirectoryCreation(
    RegistrationDocuments documents,
    RegistrationMails mails,
    SecretSeal seal,
    IAuditLog audit,
    TimeProvider time,
    ILogger<DirectoryCreation> logger,
    IDirectoryWriter? directories = null)
{
    public const int MaximumAttempts = 12;
    private const int MostDoublings = 7;

    /// <summary>Longer than any attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private const string RulesOfTheDirectory = "The directory does not take this user name or password by its own rules. Register again with a longer password of several kinds of characters.";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    /// <summary>One round; returns how many attempts there were.</summary>
    public async Task<int> RunDueAsync(CancellationToken cancellationToken)
    {
        var attempts = 0;
        foreach (var due in await documents.DueAsync(RegistrationDocuments.Due, time.GetUtcNow(), cancellationToken))
        {
            attempts += await RunAsync(due.Value.Id, cancellationToken) ? 1 : 0;
        }

        return attempts;
    }

    /// <summary>False when there was nothing to do, or another process does it.</summary>
    public async Task<bool> RunAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await documents.Registrations.GetAsync(id, cancellationToken) is not { Value: { State: RegistrationState.Creating } order } found || order.NextAttemptAt > now)
        {
            return false;
        }

        var claimed = order with { Attempts = order.Attempts + 1, Running = true, NextAttemptAt = now + Lease };
        if (!(await documents.Store.CommitAsync([documents.Replace(claimed, found.Version, now)], cancellationToken)).Committed)
        {
            return false;
        }

        var problem = await AskAsync(claimed, cancellationToken);
        await EndAsync(claimed, found.Version + 1, problem, cancellationToken);
        return true;
    }

    private async Task<Problem?> AskAsync(RegistrationRecord order, CancellationToken cancellationToken)
    {
        if (directories is null)
        {
            return new Problem(ProblemKind.NotFound, "not_found", "This installation has no directories.");
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return (await directories.CreateAsync(order.Target, UserOf(order), both.Token)).Problem;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Only the kind of the fault: its text may quote what was sent.
            Log.Threw(logger, order.Id, order.Target, e.GetType().Name);
            return e is CryptographicException
                ? new Problem(ProblemKind.Invalid, "invalid", "The password cannot be read any more: the installation's key is another one. The person has to register again.")
                : new Problem(ProblemKind.Unavailable, "unavailable", $"Asking the directory failed ({e.GetType().Name}).");
        }
    }

    private NewDirectoryUser UserOf(RegistrationRecord order) => new()
    {
        Request = order.Id,
        UserName = order.UserName,
        DisplayName = order.DisplayName ?? order.UserName,
        Email = order.Email,
        Password = seal.Open(RegistrationService.PasswordPurpose, order.Id, order.SealedPassword!),
    };

    private Task<CommitResult> EndAsync(RegistrationRecord order, long version, Problem? problem, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (problem is null)
        {
            var created = order.Ended(RegistrationState.Created) with { Failure = null };
            return CommitAsync(AuditActions.RegistrationCreate, created, version, AuditResults.Succeeded, null, mails.Created(created), cancellationToken);
        }

        if (problem.Kind == ProblemKind.Invalid)
        {
            // Nobody but the person can choose another password, so the address is free for another try.
            var refused = order.Ended(RegistrationState.Refused) with { Failure = problem.Detail, Reason = RulesOfTheDirectory };
            return CommitAsync(AuditActions.RegistrationRefuse, refused, version, AuditResults.Succeeded, problem.Detail, mails.Refused(refused), cancellationToken);
        }

        if (problem.Kind == ProblemKind.Unavailable && order.Attempts < MaximumAttempts)
        {
            var wait = FirstWait * Math.Pow(2, Math.Min(order.Attempts - 1, MostDoublings));
            var later = order with { Running = false, NextAttemptAt = now + wait, Failure = problem.Detail };
            return documents.Store.CommitAsync([documents.Replace(later, version, now)], cancellationToken);
        }

        Log.Failed(logger, order.Id, order.Target, problem.Code);
        var failed = order with { State = RegistrationState.Failed, Running = false, NextAttemptAt = null, Failure = problem.Detail, IsNameTaken = problem.Code == "user_name_taken", ExpiresAt = now + RegistrationVerification.Patience };
        return CommitAsync(AuditActions.RegistrationCreate, failed, version, AuditResults.Failed, problem.Detail, mail: null, cancellationToken);
    }

    private Task<CommitResult> CommitAsync(
        string action, RegistrationRecord next, long version, string result, string? detail, DocumentWrite? mail, CancellationToken cancellationToken)
    {
        var entry = audit.Entry(Actor.System, action, "registration/" + next.Id, result, detail ?? $"{next.UserName} in {next.Target}");
        var write = documents.Replace(next, version, time.GetUtcNow());
        return documents.Store.CommitAsync(mail is null ? [write, entry] : [write, entry, mail], cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "Registration {Registration}: asking the directory {Directory} failed with {Fault}; it is tried again")]
        public static partial void Threw(ILogger logger, string registration, string directory, string fault);

        [LoggerMessage(2202, LogLevel.Error, "Registration {Registration}: the directory {Directory} does not make the account ({Code}); see Registrations in the console")]
        public static partial void Failed(ILogger logger, string registration, string directory, string code);
    }
}
