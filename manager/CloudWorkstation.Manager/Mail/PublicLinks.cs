using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Manager.Mail;

/// <summary>Addresses of the console, for mails.</summary>
public sealed class PublicLinks(IConfiguration configuration)
{
    private readonly Uri root = new(configuration["PublicUrl"] is { Length: > 0 } url ? url : "http://127.0.0.1:8080");

    public string Host => root.IdnHost;

    /// <param name="path">Begins with a slash; secrets belong behind a <c>#</c>, which no server sees.</param>
    public string To(string path) => root.GetLeftPart(UriPartial.Authority) + path;
}
