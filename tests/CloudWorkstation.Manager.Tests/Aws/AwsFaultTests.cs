using System.Net;
using CloudWorkstation.Manager.Aws.Calls;
using CloudWorkstation.Manager.Aws.Ec2;
using CloudWorkstation.Manager.Aws.Ecs;
using TaskStatus = CloudWorkstation.Manager.Aws.Ecs.TaskStatus;

namespace CloudWorkstation.Manager.Tests.Aws;

/// <summary>What moto never answers, and AWS does.</summary>
public sealed class AwsFaultTests
{
    private const string Region = "eu-central-1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_call_is_signed_for_its_service_and_region_and_says_its_version()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        aws.Next("StopInstances", AwsReply.Changed("i-1", "running", "stopping"));

        var change = await ec2.StopAsync("i-1", Token);

        (change.Before, change.Now).ShouldBe((InstanceState.Running, InstanceState.Stopping));
        var call = aws.Calls.Single();
        call.Fields["Version"].ShouldBe("2016-11-15");
        call.Fields["InstanceId.1"].ShouldBe("i-1");
        call.Fields["authorization"].ShouldContain($"/{Region}/ec2/aws4_request");
        call.Fields["authorization"].ShouldNotContain("secret");
    }

    [Fact(Timeout = 60_000)]
    public async Task Throttling_is_waited_out()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        var slowDown = AwsReply.Refusal("RequestLimitExceeded", "Request limit exceeded.", HttpStatusCode.ServiceUnavailable);
        aws.Next("StopInstances", slowDown, slowDown, AwsReply.Changed("i-1", "running", "stopping"));

        (await ec2.StopAsync("i-1", Token)).Now.ShouldBe(InstanceState.Stopping);

        aws.Count("StopInstances").ShouldBe(3);
    }

    [Fact(Timeout = 120_000)]
    public async Task Throttling_without_end_is_an_error_after_a_few_tries()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ecs = new EcsClient(Region, aws.Access);
        aws.Otherwise = (_, _) => AwsReply.Json("""{"__type": "ThrottlingException", "message": "Rate exceeded"}""", HttpStatusCode.BadRequest);

        var refused = await Should.ThrowAsync<AwsException>(() => ecs.TasksAsync("main", null, TaskStatus.Running, Token).ToListAsync(Token).AsTask());

        refused.Code.ShouldBe("ThrottlingException");
        aws.Calls.Count.ShouldBeInRange(2, 10);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("InsufficientInstanceCapacity", HttpStatusCode.InternalServerError)]
    [InlineData("UnauthorizedOperation", HttpStatusCode.Forbidden)]
    [InlineData("AuthFailure", HttpStatusCode.Unauthorized)]
    [InlineData("RequestExpired", HttpStatusCode.BadRequest)]
    [InlineData("ExpiredToken", HttpStatusCode.BadRequest)]
    [InlineData("IncorrectInstanceState", HttpStatusCode.BadRequest)]
    public async Task A_refusal_keeps_the_services_code_and_words(string code, HttpStatusCode status)
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        aws.Otherwise = (_, _) => AwsReply.Refusal(code, "Words of the service.", status);

        var refused = await Should.ThrowAsync<AwsException>(() => ec2.StartAsync("i-1", Token));

        (refused.Code, refused.Explanation, refused.Status).ShouldBe((code, "Words of the service.", (HttpStatusCode?)status));
        refused.Operation.ShouldBe("StartInstances");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("com.amazonaws.ecs#ClusterNotFoundException", "ClusterNotFoundException")]
    [InlineData("ExpiredTokenException", "ExpiredTokenException")]
    [InlineData("AccessDeniedException:http://internal.amazon.com/", "AccessDeniedException")]
    public async Task A_json_refusal_is_read_however_its_type_is_written(string type, string expected)
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ecs = new EcsClient(Region, aws.Access);
        aws.Otherwise = (_, _) => AwsReply.Json($$"""{"__type": "{{type}}", "Message": "Words."}""", HttpStatusCode.BadRequest);

        var refused = await Should.ThrowAsync<AwsException>(() => ecs.DeleteServiceAsync("main", "one", Token));

        (refused.Code, refused.Explanation).ShouldBe((expected, "Words."));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("<DescribeInstancesResponse><reservationSet><item>")]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><DescribeInstancesResponse>&e;</DescribeInstancesResponse>")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task An_answer_that_is_no_answer_is_an_error_and_nothing_else(string body)
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        aws.Otherwise = (_, _) => AwsReply.Ok(body);

        var refused = await Should.ThrowAsync<AwsException>(() => ec2.InstanceAsync("i-1", Token));

        refused.Code.ShouldBe("NotUnderstood");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_of_a_proxy_in_between_is_told_by_its_status()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        aws.Otherwise = (_, _) => new AwsReply(HttpStatusCode.ProxyAuthenticationRequired, "<html><p>Sign in", "text/html");

        var refused = await Should.ThrowAsync<AwsException>(() => ec2.InstanceAsync("i-1", Token));

        refused.Code.ShouldBe("Http407");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_endpoint_that_nobody_listens_at_is_unreachable()
    {
        var aws = await ScriptedAws.StartAsync();
        await aws.DisposeAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);

        var refused = await Should.ThrowAsync<AwsException>(() => ec2.InstanceAsync("i-1", Token));

        refused.Code.ShouldBe("Unreachable");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cancel_ends_a_call_that_hangs()
    {
        await using var aws = await ScriptedAws.StartAsync();
        using var ec2 = new Ec2Client(Region, aws.Access);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        aws.Otherwise = (_, _) =>
        {
            stop.Cancel();
            Thread.Sleep(200);
            return AwsReply.Instances();
        };

        await Should.ThrowAsync<OperationCanceledException>(() => ec2.InstanceAsync("i-1", stop.Token));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_standard_variable_of_a_service_names_its_endpoint()
    {
        await using var aws = await ScriptedAws.StartAsync();
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_ECS", aws.Access.Endpoint);
        try
        {
            using var ecs = new EcsClient(Region, aws.Access with { Endpoint = null });
            aws.Next("DeleteService", AwsReply.Json("{}"));

            await ecs.DeleteServiceAsync("main", "one", Token);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_ECS", null);
        }

        aws.Calls.Single().Fields["authorization"].ShouldContain("/ecs/aws4_request");
    }
}
