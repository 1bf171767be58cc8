using System.IO.Compression;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>What a machine is told at its first start, as moto hands it out.</summary>
internal sealed class UserData
{
    private readonly YamlMappingNode root;

    private UserData(byte[] raw)
    {
        Length = raw.Length;
        using GZipStream unzipped = new(new MemoryStream(raw), CompressionMode.Decompress);
        using StreamReader reader = new(unzipped, Encoding.UTF8);
        Text = reader.ReadToEnd();
        YamlStream yaml = [];
        using StringReader text = new(Text);
        yaml.Load(text);
        root = (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    /// <value>As EC2 counts it.</value>
    public int Length { get; }

    public string Text { get; }

    /// <value>Path → permissions and content.</value>
    public Dictionary<string, (string Permissions, string Content)> Files => ((YamlSequenceNode)root["write_files"]).Cast<YamlMappingNode>()
        .ToDictionary(file => file["path"].ToString(), file => (file["permissions"].ToString(), ((YamlScalarNode)file["content"]).Value!));

    public IReadOnlyList<string> Commands => [.. ((YamlSequenceNode)root["runcmd"]).Cast<YamlSequenceNode>().Select(command => string.Join(' ', command))];

    public static async Task<UserData> OfAsync(AwsDesktop desktop)
    {
        var answer = await desktop.Account.Ec2Async("DescribeInstanceAttribute", ("InstanceId", desktop.Output("machine", "instance")), ("Attribute", "userData"));
        return new(Convert.FromBase64String(answer.Named("userData").Single().Elements().Single().Value));
    }

    /// <summary>Writes the files below <paramref name="directory"/>, as cloud-init writes them below the root.</summary>
    public void WriteTo(string directory)
    {
        foreach (var (path, file) in Files)
        {
            var target = directory + path;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, file.Content);
            File.SetUnixFileMode(target, (UnixFileMode)Convert.ToInt32(file.Permissions, 8));
        }
    }
}
