using System.Security.Cryptography;
using CloudWorkstation.Router.Keys;
using CloudWorkstation.Router.Maps;

namespace CloudWorkstation.Router;

/// <summary>
/// The mode <c>prepare</c>: gives HAProxy everything that its configuration names, so that it can start before the agent ever
/// heard from the api. What is already there is kept, so that a restart forgets neither routes nor keys.
/// </summary>
internal static class Preparation
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Run(RouterDirectory directory, string pages)
    {
        foreach (var path in (string[])[directory.Root, directory.Maps, directory.Keys, directory.Errors])
        {
            Directory.CreateDirectory(path, OwnerOnly);
            File.SetUnixFileMode(path, OwnerOnly);
        }

        foreach (var map in MapNames.All.Select(directory.MapFile).Where(f => !File.Exists(f)))
        {
            AtomicFile.Write(map, "");
        }

        foreach (var key in KeySlots.All.Select(directory.KeyFile).Where(f => !File.Exists(f)))
        {
            AtomicFile.Write(key, PlaceholderKey());
        }

        foreach (var page in Directory.EnumerateFiles(pages))
        {
            AtomicFile.Write(Path.Combine(directory.Errors, Path.GetFileName(page)), File.ReadAllText(page));
        }
    }

    /// <summary>A public key whose private half is forgotten at once: a slot that verifies nothing.</summary>
    private static string PlaceholderKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportSubjectPublicKeyInfoPem() + "\n";
    }
}
