using CloudWorkstation.Api.Limits;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Mail;
using Microsoft.Extensions.Options;

namespace CloudWorkstation.Api.Registration;

/// <summary>
/// How many mails strangers can make us send: from one network address, to one domain, to one mailbox. All are counted in the same way whether or not
/// there is an account.
/// </summary>
public sealed class RegistrationGuard(IOptions<ApiSettings> settings, TimeProvider time)
{
    private readonly TokenBuckets addresses = RateLimits.PerHour(settings.Value.Rate.RegistrationsPerAddress, time);
    private readonly TokenBuckets domains = RateLimits.PerHour(settings.Value.Rate.RegistrationsPerDomain, time);
    private readonly TokenBuckets mailboxes = RateLimits.PerHour(settings.Value.Rate.RegistrationsPerMailbox, time);

    /// <exception cref="ProblemException">Too many.</exception>
    public void Enter(string? address, string email)
    {
        Take(addresses, address ?? "");
        if (MailAddresses.Key(email) is { } key)
        {
            Take(domains, MailAddresses.DomainOf(key));
            Take(mailboxes, key);
        }
    }

    private static void Take(TokenBuckets buckets, string key)
    {
        if (buckets.TryTake(key) is { } wait)
        {
            throw new ProblemException(RateLimits.TooMany(wait));
        }
    }
}
