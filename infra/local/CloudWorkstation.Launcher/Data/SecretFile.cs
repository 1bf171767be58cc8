using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Launcher.Data;

/// <summary>A secret that the caller keeps in a file, so that it stands on no command line.</summary>
public static class SecretFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>What the file holds, or 32 random bytes that it holds from now on.</summary>
    public static string ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))));
        }

        return Read(path);
    }

    public static string Read(string path)
    {
        if (!File.Exists(path))
            throw new LauncherException($"{path}: there is no such file.");
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            throw new LauncherException($"{path} is open to other users; it holds a password.", $"chmod 600 '{path}'");
        return File.ReadAllText(path).Trim();
    }
}
