using CloudWorkstation.Harness.Directories;
using CloudWorkstation.Manager.Directories;
using CloudWorkstation.Manager.Directories.Ldap;

namespace CloudWorkstation.Benchmarks.SignIn;

/// <summary>What a directory takes to say yes by itself: connect, TLS, bind as the person.</summary>
internal sealed class DirectoryBinds(SlapdServer slapd)
{
    private readonly LdapAddress _address = new DirectoryProfile(new DirectorySettings { Url = slapd.Url, CaCertificates = slapd.CaCertificates }).Address();

    public async Task BindAsync(string person, CancellationToken cancellationToken)
    {
        await using var connection = await LdapConnection.OpenAsync(_address, cancellationToken);
        var result = await connection.BindAsync($"uid={person},{SlapdServer.People}", SlapdServer.Password, cancellationToken);
        if (result.Code != LdapCode.Success)
        {
            throw new InvalidOperationException($"slapd did not let {person} in: {result}");
        }
    }
}
