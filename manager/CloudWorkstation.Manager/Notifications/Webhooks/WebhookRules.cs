using System.Net;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Notifications.Webhooks;

/// <summary>What a webhook's settings must keep; each broken rule is reported.</summary>
internal sealed partial class WebhookRules(AddressGuard guard)
{
    private const int MostWebhooks = 20;
    private const int MostUrl = 1000;

    public IReadOnlyList<FieldError> Check(NotificationsSettings settings)
    {
        List<FieldError> errors = [];
        if (settings.Webhooks.Count > MostWebhooks)
        {
            errors.Add(new("webhooks", $"There are {settings.Webhooks.Count} webhooks; at most {MostWebhooks} are possible."));
        }

        for (var i = 0; i < settings.Webhooks.Count; i++)
        {
            Check(errors, $"webhooks[{i}]", settings.Webhooks[i], settings.Webhooks.Take(i));
        }

        return errors;
    }

    private void Check(List<FieldError> errors, string path, Webhook webhook, IEnumerable<Webhook> before)
    {
        if (!Word().IsMatch(webhook.Name))
        {
            errors.Add(new($"{path}.name", "It has 1 to 40 characters of a-z, 0-9 and '-', the first a letter or digit."));
        }
        else if (before.Any(b => b.Name == webhook.Name))
        {
            errors.Add(new($"{path}.name", $"There are two webhooks of the name '{webhook.Name}'."));
        }

        if (ProblemOf(webhook.Url) is { } problem)
        {
            errors.Add(new($"{path}.url", problem));
        }

        if (webhook.Secret is null || WebhookSecrets.Bytes(webhook.Secret.Reveal()) is null)
        {
            errors.Add(new($"{path}.secret", WebhookSecrets.Rule));
        }

        if (webhook.PreviousSecret is { } previous && WebhookSecrets.Bytes(previous.Reveal()) is null)
        {
            errors.Add(new($"{path}.previousSecret", WebhookSecrets.Rule));
        }

        if (webhook.Events.Count == 0 || webhook.Events.Any(e => e != "*" && NoticeTypes.Find(e) is null))
        {
            errors.Add(new($"{path}.events", $"Name one or more of {string.Join(", ", NoticeTypes.All.Select(t => t.Name))}; or '*' for all."));
        }
    }

    private string? ProblemOf(string text)
    {
        if (text.Length > MostUrl || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
        {
            return $"It must be an address of at most {MostUrl} characters that begins with https://.";
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "It must not hold a user name, a password or a fragment; the signature is what a receiver checks.";
        }

        if (IPAddress.TryParse(url.IdnHost, out var address) && !guard.Allows(address))
        {
            return $"{address} is in a network where webhooks may not go. The operator can open it with CWS_NOTIFICATIONS__ALLOWEDNETWORKS.";
        }

        // Only what stays on this machine may go unencrypted.
        return url.Scheme == "http" && !(address is not null && IPAddress.IsLoopback(address)) ? "It must begin with https://: what is sent names people and desktops." : null;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
