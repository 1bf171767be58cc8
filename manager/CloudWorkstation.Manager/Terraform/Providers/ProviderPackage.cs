using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Terraform.Providers;

/// <summary>The provider that a module's lock file names, found unpacked in the mirror and equal to what the lock file wants.</summary>
internal sealed partial record ProviderPackage(string Address, string Binary)
{
    /// <summary>Those known to serve many runs one after the other with equal results.</summary>
    private static readonly string[] Reusable = ["registry.terraform.io/hashicorp/aws"];

    // What was hashed once in this process is not hashed again while its files look the same: the binary has 600 MB.
    private static readonly ConcurrentDictionary<string, string> Hashes = new(StringComparer.Ordinal);

    /// <summary>Null where Terraform's own way has to be gone: no lock file, no such package, or one of another content.</summary>
    public static ProviderPackage? Find(ProviderMirror mirror, string moduleDirectory)
    {
        var file = Path.Combine(moduleDirectory, ".terraform.lock.hcl");
        if (!File.Exists(file))
            return null;
        foreach (Match locked in Locked().Matches(File.ReadAllText(file)))
        {
            if (!Reusable.Contains(locked.Groups["address"].Value, StringComparer.Ordinal))
                continue;
            var directory = Path.Combine(mirror.Directory, locked.Groups["address"].Value, Version().Match(locked.Groups["body"].Value).Groups["value"].Value, Platform);
            var wanted = Hash().Matches(locked.Groups["body"].Value).Select(hash => hash.Groups["value"].Value).ToHashSet(StringComparer.Ordinal);
            if (Directory.Exists(directory) && BinaryIn(directory) is { } binary && wanted.Contains(HashOf(directory)))
                return new(locked.Groups["address"].Value, binary);
        }

        return null;
    }

    private static string Platform => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux_arm64" : "linux_amd64";

    private static string? BinaryIn(string directory) => Directory.EnumerateFiles(directory, "terraform-provider-*").FirstOrDefault();

    private static string HashOf(string directory)
    {
        var files = new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName, StringComparer.Ordinal).ToList();
        var looks = string.Join('\n', files.Select(file => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}"));
        return Hashes.GetOrAdd(looks, _ => Hash1(directory, files));
    }

    // Terraform's "h1": the hash of a list of hashes, a line per file.
    private static string Hash1(string directory, List<FileInfo> files)
    {
        StringBuilder list = new();
        foreach (var file in files)
        {
            using var stream = file.OpenRead();
            list.Append(Convert.ToHexStringLower(SHA256.HashData(stream))).Append("  ").Append(Path.GetRelativePath(directory, file.FullName)).Append('\n');
        }

        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())));
    }

    [GeneratedRegex("provider \"(?<address>[^\"]+)\" \\{(?<body>[^}]*)\\}", RegexOptions.None, 1000)]
    private static partial Regex Locked();

    [GeneratedRegex("\\bversion\\s*=\\s*\"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();

    [GeneratedRegex("\"h1:(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hash();
}
