namespace CloudWorkstation.Manager.Terraform.Messages;

/// <summary>The action names of a plan's messages as the lists that <c>show -json</c> uses.</summary>
internal static class PlanActions
{
    public static IReadOnlyList<string> Of(string action) => action switch
    {
        "replace" => ["delete", "create"],
        "remove" => ["forget"],
        _ => [action],
    };
}
