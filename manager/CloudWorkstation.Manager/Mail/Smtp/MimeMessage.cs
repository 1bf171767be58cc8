using System.Globalization;
using System.Text;

namespace CloudWorkstation.Manager.Mail.Smtp;

/// <summary>
/// A plain text mail in the form that travels (RFC 5322, 2045, 2047). Text is base64 throughout, so that nothing in it can be taken for a
/// header, a dot line or another command.
/// </summary>
internal static class MimeMessage
{
    private const int Column = 76;

    // An encoded word has at most 75 characters; 39 bytes make 52 of base64.
    private const int WordBytes = 39;

    /// <param name="id">The same for every attempt, so that a mail that arrives twice can be known as one.</param>
    public static string Compose(string id, string from, string fromName, string to, string subject, string text, DateTimeOffset now) =>
        new StringBuilder()
            .Header("Date", now.ToString("ddd, dd MMM yyyy HH':'mm':'ss '+0000'", CultureInfo.InvariantCulture))
            .Header("From", $"{Words(fromName)} <{from}>")
            .Header("To", $"<{to}>")
            .Header("Subject", Words(subject))
            .Header("Message-ID", $"<{id}@{MailAddresses.DomainOf(from)}>")
            .Header("Auto-Submitted", "auto-generated")
            .Header("MIME-Version", "1.0")
            .Header("Content-Type", "text/plain; charset=utf-8")
            .Header("Content-Transfer-Encoding", "base64")
            .Append("\r\n")
            .Append(Lines(Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")))))
            .ToString();

    private static StringBuilder Header(this StringBuilder message, string name, string value) => message.Append(name).Append(": ").Append(value).Append("\r\n");

    /// <summary>Encoded words of whole characters, one to a line.</summary>
    private static string Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > WordBytes)
            {
                words.Add(Word(word));
            }

            word.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        words.Add(Word(word));
        return string.Join("\r\n ", words);
    }

    private static string Word(StringBuilder text)
    {
        var word = $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ToString()))}?=";
        text.Clear();
        return word;
    }

    private static string Lines(string base64) => string.Concat(base64.Chunk(Column).Select(line => new string(line) + "\r\n"));
}
