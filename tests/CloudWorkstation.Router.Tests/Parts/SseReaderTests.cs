using System.IO.Pipelines;
using System.Text;
using CloudWorkstation.Router.Feed;

namespace CloudWorkstation.Router.Tests.Parts;

public sealed class SseReaderTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("event: route\ndata: {}\n\n", "route {}")]
    [InlineData("event:route\r\ndata:{}\r\n\r\n", "route {}")]
    [InlineData("data: a\ndata: b\n\n", "message a\nb")]
    [InlineData(": beat\n\n", "comment ")]
    [InlineData("id: 1\nretry: 2000\nevent: x\ndata: 1\n\nevent: y\ndata: 2\n\n", "x 1|y 2")]
    [InlineData("event: route\n\n", "")]
    [InlineData("event: half\ndata: 1\n", "")]
    public async Task A_stream_is_read_as_the_standard_says(string text, string expected)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var read = new List<string>();
        await foreach (var item in SseReader.ReadAsync(stream, TimeSpan.FromMinutes(1), TimeProvider.System, TestContext.Current.CancellationToken))
        {
            read.Add($"{item.Kind} {item.Data}");
        }

        string.Join('|', read).ShouldBe(expected);
    }

    [Fact(Timeout = 30_000)]
    public async Task Silence_ends_the_stream()
    {
        var pipe = new Pipe();

        await Should.ThrowAsync<TimeoutException>(async () =>
        {
            await foreach (var _ in SseReader.ReadAsync(pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken))
            {
            }
        });
    }
}
