using CloudWorkstation.Harness;

namespace CloudWorkstation.Aws.EndToEnd;

/// <summary>What an account answers that is not in order, and a moto that outlives the product.</summary>
public sealed class CloudFaultTests : IAsyncLifetime
{
    private const int Limit = 400_000;

    private MotoServer _moto = null!;
    private FaultyCloud _cloud = null!;
    private Product _product = null!;
    private Person _admin = null!;
    private Account _account = null!;

    public async ValueTask InitializeAsync()
    {
        _moto = await MotoServer.StartAsync(TestContext.Current.CancellationToken);
        _cloud = await FaultyCloud.StartAsync(_moto.Endpoint);
        _account = new Account(_moto.Endpoint);
        _product = await Product.StartAsync(
            new Dictionary<string, string> { ["CWS_JOBS__RETRYDELAY"] = "00:00:01" },
            arguments: ["--aws-endpoint", _cloud.Endpoint.GetLeftPart(UriPartial.Authority)]);
        _admin = await _product.AdminAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _admin?.Dispose();
        if (_product is not null)
            await _product.DisposeAsync();
        _account?.Dispose();
        if (_cloud is not null)
            await _cloud.DisposeAsync();
        if (_moto is not null)
            await _moto.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Refusals_of_the_account_are_told_in_words_and_a_retry_builds_the_desktop()
    {
        // Each on its own desktop would take minutes: one desktop is refused for one reason after the other, then built.
        var (desktop, operation) = (default(CloudDesktop), "");
        foreach (var (kind, named, fault) in Refusals())
        {
            _cloud.Fault = fault;
            if (desktop is null)
                (desktop, operation) = await CloudDesktop.BeginAsync(_product, _admin, _account);
            else
                operation = await RetryAsync(operation);

            var ended = await desktop.Desktop.EndOfAsync(operation);

            var failure = ended["failure"].ShouldNotBeNull(ended.ToJsonString());
            failure["kind"]!.GetValue<string>().ShouldBe(kind, failure.ToJsonString());
            failure["message"]!.GetValue<string>().ShouldNotBeEmpty();
            failure["fix"]!.GetValue<string>().ShouldNotBeEmpty();
            failure["diagnostics"]!.ToJsonString().ShouldContain(named, Case.Insensitive, "an engineer finds the cloud's own word");
            (await _account.InstancesAsync(desktop.Id)).ShouldBeEmpty();
        }

        _cloud.Fault = null;
        await desktop!.Desktop.UntilDoneAsync(await RetryAsync(operation));
        await desktop.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));
        await desktop.Desktop.DeleteAsync();
        (await _account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_capacity_for_one_type_another_is_taken()
    {
        _cloud.Fault = request => request is { Service: "ec2", Action: "RunInstances" } && request.Body.Contains("InstanceType=t3.large", StringComparison.Ordinal)
            ? FaultyCloud.Xml(500, "ec2", "InsufficientInstanceCapacity", "We currently do not have sufficient t3.large capacity in the Availability Zone you requested.")
            : null;

        var desktop = await CloudDesktop.CreateAsync(_product, _admin, _account);

        (await _account.FieldAsync(await desktop.InstanceAsync(), "instanceType")).ShouldBe("t3a.large");
        await desktop.Desktop.DeleteAsync();
        (await _account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_product_stopped_and_started_again_finds_its_desktops_in_the_account()
    {
        var desktop = await CloudDesktop.CreateAsync(_product, _admin, _account);
        var instance = await desktop.InstanceAsync();

        await _product.DownAsync();
        _product.ProcessesLeft().ShouldBeEmpty();
        await _product.UpAsync();
        using var again = await _product.AdminAsync();

        again.Id.ShouldBe(_admin.Id, "accounts are in DynamoDB");
        var found = new CloudDesktop(_product, again, _account, new Desktop(_product, again, desktop.Id));
        await found.ShowsWhatIsPaintedAsync("#12ab34", (0x12, 0xab, 0x34));
        (await found.InstanceAsync()).ShouldBe(instance);
        await found.Desktop.DeleteAsync();
        (await _account.WhatIsLeftAsync(desktop.Id)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_data_with_another_store_is_refused()
    {
        await _product.DownAsync();
        await using var other = new Launch(["up", "--data", _product.Data.Root, "--port", $"{_product.Port}"]);

        (await other.EndAsync()).ShouldBe(1);

        other.Output.ShouldContain($"belongs to an installation with the dynamodb store and AWS endpoint {_cloud.Endpoint.GetLeftPart(UriPartial.Authority)}, not with the sqlite store");
    }

    private static IEnumerable<(string Kind, string Named, Func<CloudRequest, (int Status, string Body)?> Fault)> Refusals()
    {
        // Whatever is asked with an expired token is refused; the store's own calls are left out, else nobody could sign in to see it.
        yield return ("credentials", "ExpiredToken", request => request.Service is "s3" or "sts" or "ec2"
            ? FaultyCloud.Xml(request.Service == "s3" ? 400 : 403, request.Service, "ExpiredToken", "The security token included in the request is expired")
            : null);
        yield return ("internal", "NoSuchBucket", request => request.Service == "s3"
            ? FaultyCloud.Xml(404, "s3", "NoSuchBucket", "The specified bucket does not exist")
            : null);
        yield return ("credentials", "UnauthorizedOperation", request => request is { Service: "ec2", Action: "RunInstances" }
            ? FaultyCloud.Xml(403, "ec2", "UnauthorizedOperation", "You are not authorized to perform this operation.")
            : null);
        yield return ("quota", "VcpuLimitExceeded", request => request is { Service: "ec2", Action: "RunInstances" }
            ? FaultyCloud.Xml(400, "ec2", "VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit of 32 allows.")
            : null);
    }

    private async Task<string> RetryAsync(string operation)
    {
        var answer = await _admin.PostAsync($"/api/v1/operations/{operation}/retry");
        answer.Status.ShouldBe(202, answer.ToString());
        return answer.Body["operation"]!["id"]!.GetValue<string>();
    }
}
