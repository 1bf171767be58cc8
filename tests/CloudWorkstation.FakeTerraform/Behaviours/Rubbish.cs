namespace CloudWorkstation.FakeTerraform.Behaviours;

/// <summary>Writes what is no JSON, JSON of other shapes, bytes that are no text, and a line of two million characters; then succeeds.</summary>
internal sealed class Rubbish : Behaviour
{
    private static readonly string[] Lines =
    [
        "panic: runtime error", "{", "[]", "null", "42", "\"text\"", "{\"@message\": 7}", "{\"@message\":\"no type\"}",
        "{\"@message\":\"odd\",\"type\":\"outputs\",\"outputs\":[]}", "{\"@message\":\"odd\",\"type\":\"planned_change\",\"change\":null}",
        "{\"@message\":\"odd\",\"type\":\"apply_start\",\"hook\":{\"resource\":\"text\"}}", "{\"@message\":\"odd\",\"type\":\"diagnostic\",\"diagnostic\":{}}",
    ];

    public override int Run(Invocation invocation, FakeStep step)
    {
        using var output = Console.OpenStandardOutput();
        foreach (var line in Lines)
            Console.Out.WriteLine(line);
        Console.Out.WriteLine(new string('x', 2_000_000));
        Console.Out.Flush();
        output.Write([0xff, 0xfe, 0x00, 0x80, (byte)'\n']);
        output.Flush();
        return new Succeed().Run(invocation, step);
    }
}
