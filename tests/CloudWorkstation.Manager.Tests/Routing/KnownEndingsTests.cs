using CloudWorkstation.Manager.Routing;

namespace CloudWorkstation.Manager.Tests.Routing;

public sealed class KnownEndingsTests
{
    private readonly ManualTime time = new();

    [Fact(Timeout = 30_000)]
    public Task An_ending_is_news_once()
    {
        var endings = new KnownEndings(time);

        endings.Add("one", In(300)).ShouldBeTrue();
        endings.Add("one", In(300)).ShouldBeFalse();
        endings.Live().ShouldHaveSingleItem().SessionId.ShouldBe("one");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task Nobody_hears_of_an_ending_whose_tokens_have_run_out()
    {
        var endings = new KnownEndings(time);
        endings.Add("early", In(1)).ShouldBeTrue();
        endings.Add("late", In(300)).ShouldBeTrue();

        time.Advance(TimeSpan.FromSeconds(2));

        endings.Live().ShouldHaveSingleItem().SessionId.ShouldBe("late");
        return Task.CompletedTask;
    }

    private DateTimeOffset In(int seconds) => time.GetUtcNow().AddSeconds(seconds);
}
