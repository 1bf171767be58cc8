using System.Globalization;
using System.Text;

namespace CloudWorkstation.Guacd;

/// <summary>One instruction of the Guacamole protocol: <c>4.sync,13.1700000000000;</c>.</summary>
public sealed class Instruction
{
    public Instruction(string opcode, params IReadOnlyList<object> arguments)
    {
        Opcode = opcode;
        Arguments = [.. arguments.Select(a => Convert.ToString(a, CultureInfo.InvariantCulture)!)];
    }

    public string Opcode { get; }

    public IReadOnlyList<string> Arguments { get; }

    public string this[int index] => Arguments[index];

    public int Number(int index) => int.Parse(Arguments[index], CultureInfo.InvariantCulture);

    /// <summary>Lengths count Unicode code points, as in guacd.</summary>
    public override string ToString() => string.Join(',', Arguments.Prepend(Opcode).Select(Element)) + ";";

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    private static string Element(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{text.EnumerateRunes().Count()}.{text}");
}
