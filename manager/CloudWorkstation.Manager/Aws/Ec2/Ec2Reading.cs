using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace CloudWorkstation.Manager.Aws.Ec2;

/// <summary>Reads the parts of EC2's answers that we use.</summary>
internal static class Ec2Reading
{
    /// <summary>A page of instances; one instance is in memory as a tree at a time.</summary>
    public static (List<Ec2Instance> Items, string? Next) Instances(XmlReader reader)
    {
        var (items, next) = Items(reader, "reservationSet", reservation => reservation.Children("instancesSet").Select(Instance).ToList());
        return ([.. items.SelectMany(i => i)], next);
    }

    public static (List<Ec2Volume> Items, string? Next) Volumes(XmlReader reader) => Items(reader, "volumeSet", Volume);

    public static List<InstanceStateChange> Changes(XmlReader reader) => Items(reader, "instancesSet", item => new InstanceStateChange(
        item.Text("instanceId") ?? "",
        State(item.Element("previousState")?.Text("name")),
        State(item.Element("currentState")?.Text("name")))).Items;

    /// <summary>The serial console's text; null before the machine has written any.</summary>
    public static string? ConsoleOutput(XmlReader reader)
    {
        var output = XElement.Load(reader).WithoutNamespaces().Text("output");
        return string.IsNullOrWhiteSpace(output) ? null : Encoding.UTF8.GetString(Convert.FromBase64String(output.Trim()));
    }

    public static bool Nothing(XmlReader reader)
    {
        while (reader.Read())
        {
            // An answer that breaks off is no answer.
        }

        return true;
    }

    private static (List<T> Items, string? Next) Items<T>(XmlReader reader, string set, Func<XElement, T> read)
    {
        var items = new List<T>();
        string? next = null;
        reader.MoveToContent();
        if (reader.IsEmptyElement)
        {
            return (items, next);
        }

        reader.Read();
        while (reader.NodeType != XmlNodeType.EndElement && !reader.EOF)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == set && !reader.IsEmptyElement)
            {
                ReadSet(reader, items, read);
            }
            else if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "nextToken")
            {
                next = reader.ReadElementContentAsString();
            }
            else
            {
                reader.Skip();
            }
        }

        return (items, string.IsNullOrEmpty(next) ? null : next);
    }

    private static void ReadSet<T>(XmlReader reader, List<T> items, Func<XElement, T> read)
    {
        reader.Read();
        while (reader.NodeType == XmlNodeType.Element)
        {
            items.Add(read(((XElement)XNode.ReadFrom(reader)).WithoutNamespaces()));
        }

        reader.ReadEndElement();
    }

    private static Ec2Instance Instance(XElement item) => new(
        item.Text("instanceId") ?? "",
        State(item.Element("instanceState")?.Text("name")),
        item.Text("privateIpAddress"),
        item.Element("stateReason") is { } reason && reason.Text("code") is { } code ? new StateReason(code, reason.Text("message") ?? "") : null,
        Time(item.Text("launchTime")),
        Tags(item));

    private static Ec2Volume Volume(XElement item) => new(
        item.Text("volumeId") ?? "",
        item.Text("status") ?? "",
        int.TryParse(item.Text("size"), CultureInfo.InvariantCulture, out var size) ? size : 0,
        Time(item.Text("createTime")),
        item.Children("attachmentSet").Select(a => a.Text("instanceId")).FirstOrDefault(),
        Tags(item));

    private static InstanceState State(string? name) => name switch
    {
        "pending" => InstanceState.Pending,
        "running" => InstanceState.Running,
        "stopping" => InstanceState.Stopping,
        "stopped" => InstanceState.Stopped,
        "shutting-down" => InstanceState.ShuttingDown,
        "terminated" => InstanceState.Terminated,
        _ => InstanceState.Other,
    };

    private static Dictionary<string, string> Tags(XElement item)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in item.Children("tagSet"))
        {
            tags[tag.Text("key") ?? ""] = tag.Text("value") ?? "";
        }

        return tags;
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    private static string? Text(this XElement item, string name) => item.Element(name)?.Value is { Length: > 0 } text ? text : null;

    private static IEnumerable<XElement> Children(this XElement item, string set) => item.Element(set)?.Elements("item") ?? [];

    // EC2's namespace carries its API version, which tells us nothing.
    private static XElement WithoutNamespaces(this XElement tree)
    {
        foreach (var element in tree.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        return tree;
    }
}
