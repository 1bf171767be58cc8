using System.Xml.Linq;

namespace CloudWorkstation.MachineRoom.Cloud;

public static class Tags
{
    /// <value>What templates put on everything they make; its value is the desktop's id.</value>
    public const string Desktop = "cws:desktop";

    public const string Screen = "cws:screen";

    public static Dictionary<string, string> Of(XElement item) => item.Element("tagSet")?.Elements("item")
        .ToDictionary(tag => tag.Element("key")?.Value ?? "", tag => tag.Element("value")?.Value ?? "", StringComparer.Ordinal) ?? [];
}
