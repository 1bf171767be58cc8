namespace CloudWorkstation.MachineRoom.Cloud;

/// <summary>An answer other than success. <see cref="Exception.Message"/> carries what was said.</summary>
public sealed class AwsException(string what, int status, string text) : Exception($"{what}: {status} {(text.Length <= 500 ? text : text[..500])}")
{
    /// <value>Asked to make what is there, or for what is not: both shapes name the error in their text.</value>
    public bool Says(string code) => text.Contains(code, StringComparison.Ordinal);
}
