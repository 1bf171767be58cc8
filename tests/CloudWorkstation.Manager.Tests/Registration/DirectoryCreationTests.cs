using CloudWorkstation.Manager.Registration;
using CloudWorkstation.Manager.Registration.Directories;
using CloudWorkstation.Manager.Storage;

namespace CloudWorkstation.Manager.Tests.Registration;

public sealed class DirectoryCreationTests : IDisposable
{
    private const int Limit = 120_000;
    private const string Secret = "purple staple canary";
    private static readonly Problem Away = new(ProblemKind.Unavailable, "directory_unavailable", "The directory does not answer.");
    private readonly ScriptedDirectory directory = new();
    private readonly RegistrationHost host;

    public DirectoryCreationTests() => host = new RegistrationHost(writer: directory);

    public void Dispose() => host.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_account_is_made_in_the_directory_and_the_password_is_gone_from_the_store()
    {
        var (id, ticket) = await OrderAsync();
        (await ProgressAsync(ticket)).State.ShouldBe(RegistrationState.Creating);
        (await host.DocumentAsync("registrations", id)).ShouldContain("sealedPassword");
        host.RawStore().ShouldNotContain(Secret);

        (await host.RunAsync()).ShouldBe(1);

        directory.Entries["alice"].Password.ShouldBe(Secret);
        directory.Entries["alice"].Request.ShouldBe(id);
        (await ProgressAsync(ticket)).State.ShouldBe(RegistrationState.Created);
        (await host.DocumentAsync("registrations", id)).ShouldNotContain("assword");
        (await host.KindsAsync("alice@example.org")).ShouldContain("registration.created");
        host.RawStore().ShouldNotContain(Secret);
        host.Log.All.ShouldNotContain(Secret);
        (await host.RunAsync()).ShouldBe(0);
    }

    [Fact(Timeout = Limit)]
    public async Task A_directory_that_is_away_is_asked_again_with_growing_waits_and_the_person_sees_it()
    {
        var (_, ticket) = await OrderAsync();
        directory.Problems.Enqueue(Away);
        directory.Problems.Enqueue(Away);

        await host.RunAsync();
        var progress = await ProgressAsync(ticket);
        progress.State.ShouldBe(RegistrationState.Creating);
        progress.Attempts.ShouldBe(1);
        progress.NextAttemptAt.ShouldBe(host.Time.GetUtcNow().AddSeconds(5));
        progress.Detail.ShouldNotBeNull();
        (await host.RunAsync()).ShouldBe(0);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.RunAsync();
        (await ProgressAsync(ticket)).NextAttemptAt.ShouldBe(host.Time.GetUtcNow().AddSeconds(10));
        host.Time.Advance(TimeSpan.FromSeconds(10));
        await host.RunAsync();

        (await ProgressAsync(ticket)).State.ShouldBe(RegistrationState.Created);
    }

    [Fact(Timeout = Limit)]
    public async Task After_many_attempts_it_is_shown_as_failed_and_an_administrator_tries_again()
    {
        var (id, ticket) = await OrderAsync();
        await FailAsync();
        var failed = await host.OnlyAsync(RegistrationState.Failed);
        failed.Attempts.ShouldBe(DirectoryCreation.MaximumAttempts);
        failed.Failure.ShouldBe("The directory does not answer.");
        (await ProgressAsync(ticket)).Detail.ShouldNotBeNull();

        (await host.Desk.RetryAsync(RegistrationHost.Admin, id, null, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Creating);
        await host.RunAsync();
        (await ProgressAsync(ticket)).State.ShouldBe(RegistrationState.Created);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_one_forgets_its_password_and_frees_the_address()
    {
        var (id, _) = await OrderAsync();
        await FailAsync();
        (await host.Desk.CancelAsync(RegistrationHost.Admin, id, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Cancelled);

        (await host.DocumentAsync("registrations", id)).ShouldNotContain("assword");
        (await host.KindsAsync("alice@example.org")).ShouldContain("registration.cancelled");
        (await host.RunAsync()).ShouldBe(0);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await host.VerifyAsync(await host.AskForLinkAsync())).Succeeded.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_name_that_somebody_has_in_the_directory_is_never_taken_over_and_another_can_be_given()
    {
        directory.Entries["alice"] = new() { Request = "somebody else", UserName = "alice", DisplayName = "Alice", Email = "x@example.org", Password = "x" };
        var (id, ticket) = await OrderAsync();
        await host.RunAsync();
        (await ProgressAsync(ticket)).Detail!.ShouldContain("taken");

        await host.Desk.RetryAsync(RegistrationHost.Admin, id, "alice.b", RegistrationHost.Token);
        await host.RunAsync();

        directory.Entries["alice"].Request.ShouldBe("somebody else");
        directory.Entries["alice.b"].Request.ShouldBe(id);
        (await ProgressAsync(ticket)).UserName.ShouldBe("alice.b");
    }

    [Fact(Timeout = Limit)]
    public async Task A_password_that_breaks_the_directorys_rules_ends_it_so_that_the_person_can_choose_another()
    {
        directory.Problems.Enqueue(Problem.Invalid(new FieldError("password", "The directory wants four kinds of characters.")));
        var (id, ticket) = await OrderAsync();
        await host.RunAsync();

        (await ProgressAsync(ticket)).State.ShouldBe(RegistrationState.Refused);
        (await host.DocumentAsync("registrations", id)).ShouldNotContain("assword\":\"");
        (await host.KindsAsync("alice@example.org")).ShouldContain("registration.refused");
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await host.VerifyAsync(await host.AskForLinkAsync())).Succeeded.ShouldBeTrue();
    }

    /// <summary>The process dies before the n-th commit from now, or after it and before its answer; another goes on when the lease is over.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Killed_between_any_two_lines_the_account_is_made_once_and_told_once(int commit, bool afterIt)
    {
        var (id, ticket) = await OrderAsync();
        var seen = 0;
        void Die(IReadOnlyList<DocumentWrite> writes)
        {
            if (++seen == commit)
            {
                host.Store.Cut();
                throw new IOException("killed");
            }
        }

        host.Store.BeforeCommit = afterIt ? null : Die;
        host.Store.AfterCommit = afterIt ? Die : null;
        await Should.ThrowAsync<IOException>(host.RunAsync);

        using var next = new RegistrationHost(host, directory);
        await next.RunAsync();
        next.Time.Advance(DirectoryCreation.Lease);
        await next.RunAsync();

        directory.Entries["alice"].Request.ShouldBe(id);
        (await next.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Created);
        (await next.DocumentAsync("registrations", id)).ShouldNotContain("assword");
        (await next.KindsAsync("alice@example.org")).Count(k => k == "registration.created").ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Killed_after_the_directory_did_its_work_the_next_attempt_finds_its_own_entry()
    {
        var (id, ticket) = await OrderAsync();
        directory.AfterWork = () =>
        {
            host.Store.Cut();
            throw new IOException("killed");
        };
        await Should.ThrowAsync<IOException>(host.RunAsync);
        directory.AfterWork = null;

        using var next = new RegistrationHost(host, directory);
        (await next.RunAsync()).ShouldBe(0);
        next.Time.Advance(DirectoryCreation.Lease);
        (await next.RunAsync()).ShouldBe(1);

        directory.Asked.ShouldBe(2);
        directory.Entries["alice"].Request.ShouldBe(id);
        (await next.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value.State.ShouldBe(RegistrationState.Created);
    }

    [Fact(Timeout = Limit)]
    public async Task An_attempt_that_was_overtaken_writes_nothing_more()
    {
        var (id, ticket) = await OrderAsync();
        using var other = new RegistrationHost(host, directory);
        directory.AfterWork = () =>
        {
            // The lease passes while the directory works; another process takes over and ends it.
            directory.AfterWork = null;
            host.Time.Advance(DirectoryCreation.Lease);
            other.RunAsync().GetAwaiter().GetResult().ShouldBe(1);
        };

        await host.RunAsync();

        (await ProgressAsync(ticket)).Attempts.ShouldBe(2);
        (await host.KindsAsync("alice@example.org")).Count(k => k == "registration.created").ShouldBe(1);
        directory.Entries["alice"].Request.ShouldBe(id);
    }

    [Fact(Timeout = Limit)]
    public async Task While_the_directory_is_asked_nobody_cancels()
    {
        var (id, _) = await OrderAsync();
        var refused = "";
        directory.AfterWork = () => refused = host.Desk.CancelAsync(RegistrationHost.Admin, id, RegistrationHost.Token).GetAwaiter().GetResult().Problem!.Code;
        await host.RunAsync();
        refused.ShouldBe("busy");
        (await host.OnlyAsync(RegistrationState.Created)).Id.ShouldBe(id);
    }

    private async Task<(string Id, string Ticket)> OrderAsync()
    {
        await host.OpenAsync(new RegistrationSettings { Target = "campus" });
        var link = await host.AskForLinkAsync(password: Secret);
        return (link.Split('.')[0], (await host.VerifyAsync(link)).Value.Ticket);
    }

    private async Task FailAsync()
    {
        for (var i = 0; i < DirectoryCreation.MaximumAttempts; i++)
        {
            directory.Problems.Enqueue(Away);
            await host.RunAsync();
            host.Time.Advance(TimeSpan.FromMinutes(15));
        }
    }

    private async Task<RegistrationProgress> ProgressAsync(string ticket) => (await host.Registrations.ProgressAsync(ticket, RegistrationHost.Token)).Value;
}
