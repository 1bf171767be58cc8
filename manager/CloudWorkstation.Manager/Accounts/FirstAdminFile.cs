using System.Text.Json;
using CloudWorkstation.Manager.Accounts.Keys;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Accounts;

/// <summary>Where the first administrator's generated password waits for the person who installs the product.</summary>
internal sealed class FirstAdminFile(DataPaths paths)
{
    /// <summary>Held while it is found out whether there is a first administrator: processes that start at once must not each make one.</summary>
    public IDisposable Lock()
    {
        PrivateFile.CreateDirectory(paths.Root);
        return PrivateFile.Lock(paths.FirstAdmin + ".lock");
    }

    public void Write(string userName, string password)
    {
        PrivateFile.Write(paths.FirstAdmin, JsonSerializer.SerializeToUtf8Bytes(new Content(userName, password), Collection<Content>.Json));
    }

    /// <summary>Removes the file when it is about this account: its password is no longer true.</summary>
    public void Forget(string userName)
    {
        if (string.Equals(Read()?.UserName, userName, StringComparison.OrdinalIgnoreCase))
        {
            File.Delete(paths.FirstAdmin);
        }
    }

    private Content? Read()
    {
        try
        {
            return File.Exists(paths.FirstAdmin) ? JsonSerializer.Deserialize<Content>(File.ReadAllBytes(paths.FirstAdmin), Collection<Content>.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Content(string UserName, string Password);
}
