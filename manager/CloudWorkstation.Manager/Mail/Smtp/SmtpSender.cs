using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace CloudWorkstation.Manager.Mail.Smtp;

internal enum SendOutcome
{
    Delivered,

    /// <summary>This mail is not taken now.</summary>
    Later,

    /// <summary>This mail is never taken.</summary>
    Refused,

    /// <summary>The server cannot be used: unreachable, not to be trusted, or it does not let us in. Other mails would fare no better.</summary>
    ServerUnusable,
}

/// <param name="Outcome">What became of the mail.</param>
/// <param name="Detail">For an administrator: what went wrong, with the server's own words.</param>
internal sealed record SendResult(SendOutcome Outcome, string? Detail = null);

/// <summary>
/// Gives one mail to the server (RFC 5321, 3207, 4954). Written here because the framework's own client knows neither TLS from the first
/// byte, nor a company's own certificate authority, nor AUTH PLAIN, and its time limit does not hold for asynchronous sending.
/// </summary>
internal sealed class SmtpSender(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="helloName">How we introduce ourselves.</param>
    public async Task<SendResult> SendAsync(MailSettings server, string helloName, OutboxMail mail, string text, CancellationToken cancellationToken)
    {
        if (MailAddresses.Normalize(mail.To) is not { } to)
        {
            return new SendResult(SendOutcome.Refused, "This is no address that a mail can be sent to.");
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await TalkAsync(server, helloName, mail, to, text, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Unusable(server, $"does not answer within {Limit.TotalSeconds:0} seconds");
        }
        catch (AuthenticationException e)
        {
            return Unusable(server, $"has a certificate that is not to be trusted: {e.Message} {e.InnerException?.Message}".TrimEnd());
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return Unusable(server, $"cannot be reached: {e.Message}");
        }
        catch (SmtpProtocolException e)
        {
            return Unusable(server, $"cannot be used: {e.Message}");
        }
    }

    private static SendResult Unusable(MailSettings server, string why) => new(SendOutcome.ServerUnusable, $"{server.Host}:{server.Port} {why}");

    private async Task<SendResult> TalkAsync(MailSettings server, string helloName, OutboxMail mail, string to, string text, CancellationToken cancellationToken)
    {
        await using var connection = await SmtpConnection.OpenAsync(server.Host!, server.Port, cancellationToken);
        if (await EnterAsync(connection, server, helloName, cancellationToken) is { } refusal)
        {
            return Unusable(server, refusal);
        }

        var from = MailAddresses.Normalize(server.From)!;
        foreach (var command in new[] { $"MAIL FROM:<{from}>", $"RCPT TO:<{to}>", "DATA" })
        {
            var reply = await connection.SendAsync(command, cancellationToken);
            if (!reply.IsDone)
            {
                return NotTaken(reply);
            }
        }

        var message = MimeMessage.Compose(mail.Id, from, server.FromName, to, mail.Subject, text, time.GetUtcNow());
        await connection.WriteAsync(message + ".\r\n", cancellationToken);
        var taken = await connection.ReadAsync(cancellationToken);
        if (!taken.IsDone)
        {
            return NotTaken(taken);
        }

        await LeaveAsync(connection, cancellationToken);
        return new SendResult(SendOutcome.Delivered);
    }

    private static SendResult NotTaken(SmtpReply reply) => new(reply.Code / 100 == 5 ? SendOutcome.Refused : SendOutcome.Later, $"The mail server answered: {reply}");

    /// <summary>Greeting, encryption, sign-in. Null when we are in, else why not.</summary>
    private static async Task<string?> EnterAsync(SmtpConnection connection, MailSettings server, string helloName, CancellationToken cancellationToken)
    {
        var authorities = MailSettings.Authorities(server) ?? [];
        if (server.Encryption == MailEncryption.Tls)
        {
            await connection.EncryptAsync(server.Host!, authorities, cancellationToken);
        }

        var greeting = await connection.ReadAsync(cancellationToken);
        var hello = greeting.IsDone ? await connection.SendAsync($"EHLO {helloName}", cancellationToken) : greeting;
        if (hello.IsDone && server.Encryption == MailEncryption.StartTls)
        {
            if (!Offers(hello, "STARTTLS"))
            {
                return "does not offer STARTTLS, and nothing is sent unencrypted";
            }

            var answer = await connection.SendAsync("STARTTLS", cancellationToken);
            if (!answer.IsDone)
            {
                return $"refuses STARTTLS: {answer}";
            }

            await connection.EncryptAsync(server.Host!, authorities, cancellationToken);
            hello = await connection.SendAsync($"EHLO {helloName}", cancellationToken);
        }

        return !hello.IsDone ? $"does not let us in: {hello}"
            : server.Password is null ? null
            : await SignInAsync(connection, hello, server.User!, server.Password.Reveal(), cancellationToken);
    }

    private static async Task<string?> SignInAsync(SmtpConnection connection, SmtpReply hello, string user, string password, CancellationToken cancellationToken)
    {
        SmtpReply answer;
        if (Offers(hello, "AUTH", "PLAIN"))
        {
            answer = await connection.SendAsync("AUTH PLAIN " + Base64($"\0{user}\0{password}"), cancellationToken);
        }
        else if (Offers(hello, "AUTH", "LOGIN"))
        {
            answer = await connection.SendAsync("AUTH LOGIN", cancellationToken);
            foreach (var part in new[] { user, password })
            {
                answer = answer.IsDone ? await connection.SendAsync(Base64(part), cancellationToken) : answer;
            }
        }
        else
        {
            return "takes no password: it offers neither AUTH PLAIN nor AUTH LOGIN";
        }

        return answer.IsDone ? null : $"refuses user and password: {answer}";
    }

    /// <summary>The mail is taken whatever the server says to a goodbye.</summary>
    private static async Task LeaveAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync("QUIT", cancellationToken);
        }
        catch (Exception e) when (e is IOException or SmtpProtocolException or OperationCanceledException)
        {
            // It hung up first.
        }
    }

    private static bool Offers(SmtpReply hello, string keyword, string? value = null) => hello.Lines.Skip(1)
        .Select(line => line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries))
        .Any(words => words.Length > 0 && words[0].Equals(keyword, StringComparison.OrdinalIgnoreCase)
            && (value is null || words.Skip(1).Contains(value, StringComparer.OrdinalIgnoreCase)));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
