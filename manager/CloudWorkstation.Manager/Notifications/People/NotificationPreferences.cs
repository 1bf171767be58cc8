using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Notifications.People;

/// <summary>What one person has chosen; what is not here is as <see cref="NoticeType.MailedByDefault"/> says.</summary>
internal sealed record ChosenMails(string Account, IReadOnlyDictionary<string, bool> Mail);

/// <summary>One event with a person's choice.</summary>
/// <param name="Event">Its name.</param>
/// <param name="Title">What a person reads.</param>
/// <param name="Mail">Whether it is mailed.</param>
/// <param name="Always">It is mailed whatever anybody chooses.</param>
public sealed record MailChoice(string Event, string Title, bool Mail, bool Always);

/// <summary>Which events a person gets by mail.</summary>
public interface INotificationPreferences
{
    /// <summary>Those that can concern the person.</summary>
    Task<IReadOnlyList<MailChoice>> ReadAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Sets what is named and leaves the rest.</summary>
    Task<Outcome<IReadOnlyList<MailChoice>>> ChangeAsync(Actor actor, IReadOnlyDictionary<string, bool> mail, CancellationToken cancellationToken);
}

/// <inheritdoc cref="INotificationPreferences"/>
internal sealed class NotificationPreferences(IDocumentStore store) : INotificationPreferences
{
    private const int MostTries = 20;
    private readonly Collection<ChosenMails> chosen = new(store, Definition, c => c.Account);

    public static CollectionDefinition Definition { get; } = new("notification-preferences");

    public async Task<bool> WantsMailAsync(string account, NoticeType type, CancellationToken cancellationToken) =>
        type.Always || Wants(type, (await chosen.GetAsync(account, cancellationToken))?.Value);

    public async Task<IReadOnlyList<MailChoice>> ReadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var mine = await chosen.GetAsync(actor.AccountId, cancellationToken);
        return Choices(actor, mine?.Value);
    }

    public async Task<Outcome<IReadOnlyList<MailChoice>>> ChangeAsync(Actor actor, IReadOnlyDictionary<string, bool> mail, CancellationToken cancellationToken)
    {
        if (Check(actor, mail) is { Count: > 0 } errors)
        {
            return Problem.Invalid(errors);
        }

        for (var i = 0; i < MostTries; i++)
        {
            var before = await chosen.GetAsync(actor.AccountId, cancellationToken);
            var next = new Dictionary<string, bool>(before?.Value.Mail ?? new Dictionary<string, bool>(), StringComparer.Ordinal);
            foreach (var (name, on) in mail)
            {
                next[name] = on;
            }

            var document = new ChosenMails(actor.AccountId, next);
            if ((await store.CommitAsync([before is null ? chosen.Add(document) : chosen.Replace(document, before.Version)], cancellationToken)).Committed)
            {
                return Outcome<IReadOnlyList<MailChoice>>.From(Choices(actor, document));
            }
        }

        return new Problem(ProblemKind.Conflict, "busy", "Your choices are being changed elsewhere at this moment. Try again.");
    }

    private static List<FieldError> Check(Actor actor, IReadOnlyDictionary<string, bool> mail)
    {
        List<FieldError> errors = [];
        foreach (var (name, on) in mail)
        {
            if (Concerning(actor).FirstOrDefault(t => t.Name == name) is not { } type)
            {
                errors.Add(new("mail", $"'{(name.Length <= 40 ? name : name[..40] + "…")}' is no event that you can be told of. There are: {string.Join(", ", Concerning(actor).Select(t => t.Name))}."));
            }
            else if (type.Always && !on)
            {
                errors.Add(new($"mail.{name}", "This is always mailed: it is how you learn that somebody else changed how you sign in."));
            }
        }

        return errors;
    }

    private static IReadOnlyList<MailChoice> Choices(Actor actor, ChosenMails? mine) =>
        [.. Concerning(actor).Select(t => new MailChoice(t.Name, t.Title, t.Always || Wants(t, mine), t.Always))];

    private static IEnumerable<NoticeType> Concerning(Actor actor) => NoticeTypes.All.Where(t => t.Permission is null || actor.May(t.Permission));

    private static bool Wants(NoticeType type, ChosenMails? mine) => mine?.Mail.TryGetValue(type.Name, out var on) == true ? on : type.MailedByDefault;
}
