using System.Text;
using CloudWorkstation.Manager.Terraform.Running;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class BoundedLineReaderTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("one\ntwo\n", new[] { "one", "two" })]
    [InlineData("one\r\n\r\ntwo", new[] { "one", "", "two" })]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("0123456789abcdef\nnext\n", new[] { "0123456789", "next" })]
    public async Task Lines_are_split_and_cut_to_the_limit(string text, string[] expected) =>
        (await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), 10)).ShouldBe(expected);

    [Fact(Timeout = 30_000)]
    public async Task A_line_may_arrive_byte_by_byte() =>
        (await ReadAsync(new OneByteStream(Encoding.UTF8.GetBytes("größe\nä")), 100)).ShouldBe(["größe", "ä"]);

    [Fact(Timeout = 30_000)]
    public async Task A_line_of_many_megabytes_costs_only_the_limit()
    {
        var text = Encoding.UTF8.GetBytes(new string('x', 20_000_000) + "\nend\n");
        MemoryStream stream = new(text);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var lines = await ReadAsync(stream, 1_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        lines.Select(line => line.Length).ShouldBe([1_000, 3]);
    }

    private static async Task<List<string>> ReadAsync(Stream stream, int limit)
    {
        BoundedLineReader reader = new(stream, limit);
        List<string> lines = [];
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            lines.Add(line);
        return lines;
    }

    private sealed class OneByteStream(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..1], cancellationToken);
    }
}
