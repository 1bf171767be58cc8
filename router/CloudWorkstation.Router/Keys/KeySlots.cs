namespace CloudWorkstation.Router.Keys;

/// <summary>The three key files that HAProxy's configuration names literally; see trap 1 in <c>router/haproxy/README.md</c>.</summary>
internal static class KeySlots
{
    public static readonly IReadOnlyList<string> All = ["a", "b", "c"];

    public static string Reference(string slot) => $"keys/{slot}.pem";
}
