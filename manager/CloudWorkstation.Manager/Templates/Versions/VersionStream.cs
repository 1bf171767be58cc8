using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Manager.Templates.Versions;

/// <summary>
/// A version's files as one sequence of bytes: path, executable bit, length and content of every file in the order of the paths. A version's
/// name is the SHA-256 of exactly this, so what comes back from anywhere proves itself.
/// </summary>
internal static class VersionStream
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Write(IEnumerable<TemplateFile> files, Action<ReadOnlySpan<byte>> write)
    {
        Span<byte> length = stackalloc byte[8];
        foreach (var file in files)
        {
            var content = File.ReadAllBytes(file.FullPath);
            write(Encoding.UTF8.GetBytes($"{file.RelativePath}\0{(file.Executable ? 'x' : '-')}\0"));
            BinaryPrimitives.WriteInt64BigEndian(length, content.Length);
            write(length);
            write(content);
        }
    }

    public static string Hash(ReadOnlySpan<byte> stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    /// <summary>Writes the files into a directory that does not exist yet.</summary>
    /// <exception cref="InvalidDataException">It is no such sequence.</exception>
    public static void Unpack(ReadOnlySpan<byte> stream, string directory)
    {
        Directory.CreateDirectory(directory, Private);
        while (!stream.IsEmpty)
        {
            var path = Text(ref stream);
            var executable = Text(ref stream) == "x";
            var length = stream.Length >= 8 ? BinaryPrimitives.ReadInt64BigEndian(stream) : -1;
            if (length < 0 || length > stream.Length - 8 || !IsInside(path))
            {
                throw new InvalidDataException("The version's files are not as they were stored.");
            }

            Write(Path.Combine(directory, path), stream.Slice(8, (int)length), executable);
            stream = stream[(8 + (int)length)..];
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content, bool executable)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, Private);
        using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            file.Write(content);
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | (executable ? UnixFileMode.UserExecute : UnixFileMode.None));
    }

    private static string Text(ref ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf((byte)0);
        if (end < 0)
        {
            throw new InvalidDataException("The version's files are not as they were stored.");
        }

        var text = Encoding.UTF8.GetString(stream[..end]);
        stream = stream[(end + 1)..];
        return text;
    }

    private static bool IsInside(string path) => path.Split('/').All(part => part is not ("" or "." or ".."));
}
