using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace CloudWorkstation.Manager.Configuration;

/// <summary>Puts the secrets that a file names into the text that is sent to the api. Lines stay where they are, so that the api's answer names those of the file.</summary>
public static class SecretSubstitution
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="text">The file, already checked.</param>
    /// <param name="secrets">Where its secrets come from.</param>
    public static string Apply(string text, ISecretSources secrets)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var places = new List<Place>();
        foreach (var document in stream.Documents)
        {
            Find(document.RootNode, text, places);
        }

        var result = new StringBuilder(text);
        foreach (var place in places.OrderByDescending(p => p.Start))
        {
            var (found, refusal) = secrets.Find(place.How, place.Argument);
            var value = "{value: " + JsonSerializer.Serialize(found ?? throw new InvalidOperationException(refusal), Quoting) + "}";
            var lines = text[place.Start..place.End].Count(c => c == '\n');
            result.Remove(place.Start, place.End - place.Start).Insert(place.Start, value + new string('\n', lines));
        }

        return result.ToString();
    }

    private static void Find(YamlNode node, string text, List<Place> places)
    {
        switch (node)
        {
            case YamlMappingNode { Children.Count: 1 } source when source.Children.First() is { Key: YamlScalarNode { Value: "fromFile" or "fromEnv" } how, Value: YamlScalarNode { Value: { } argument } value }:
                var flow = source.Style == MappingStyle.Flow;
                var end = (int)value.End.Index;
                places.Add(new Place((int)(flow ? source.Start : how.Start).Index, flow ? text.IndexOf('}', end) + 1 : end, how.Value!, argument));
                break;
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    if (key is YamlScalarNode { Value: "passwordFile" } && value is YamlScalarNode { Value: { } path } file)
                    {
                        places.Add(new Place((int)file.Start.Index, (int)file.End.Index, "fromFile", path));
                    }
                    else
                    {
                        Find(value, text, places);
                    }
                }

                break;
            case YamlSequenceNode list:
                foreach (var item in list.Children)
                {
                    Find(item, text, places);
                }

                break;
            default:
                break;
        }
    }

    private sealed record Place(int Start, int End, string How, string Argument);
}
