using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.AwsVnc;

/// <summary>What aws-vnc builds: seen in moto, and in what was asked of it where moto does not show it.</summary>
public sealed class ContentTests(BuiltDesktop built) : IClassFixture<BuiltDesktop>
{
    [Fact(Timeout = 200_000)]
    public async Task The_machine_takes_version_2_of_the_metadata_service_only_and_from_itself_only()
    {
        var desktop = await built.GetAsync();
        var options = (await Machine(desktop)).One("metadataOptions");

        (options.Text("httpTokens"), options.Text("httpPutResponseHopLimit"), options.Text("httpEndpoint")).ShouldBe(("required", "1", "enabled"));
        Ordered(desktop).Find("MetadataOptions.InstanceMetadataTags").ShouldBe("enabled");
    }

    [Fact(Timeout = 200_000)]
    public async Task The_disk_is_encrypted_gp3_of_the_chosen_size_and_goes_with_the_machine()
    {
        var desktop = await built.GetAsync();
        var order = Ordered(desktop);

        (order.Find("Ebs.Encrypted"), order.Find("Ebs.VolumeType"), order.Find("Ebs.VolumeSize"), order.Find("Ebs.DeleteOnTermination")).ShouldBe(("true", "gp3", "40", "true"));
        order.Find("Ebs.KmsKeyId").ShouldBe(desktop.Account.Platform["kms_key"]!.GetValue<string>());
    }

    [Fact(Timeout = 200_000)]
    public async Task The_machine_has_no_public_address_and_lets_in_its_proxy_only()
    {
        var desktop = await built.GetAsync();
        var order = Ordered(desktop);

        order.Find("AssociatePublicIpAddress").ShouldBe("false");
        order.Find("SecurityGroupId.1").ShouldBe(desktop.Account.Platform["security_groups"]!["desktop"]!.GetValue<string>());
        order.Find("KeyName").ShouldBeNull();
        (await Machine(desktop)).Text("ipAddress").ShouldBeNullOrEmpty();
    }

    [Fact(Timeout = 200_000)]
    public async Task The_machine_has_the_shared_profile_and_stops_when_it_is_shut_down_from_inside()
    {
        var desktop = await built.GetAsync();
        var order = Ordered(desktop);

        order.Find("IamInstanceProfile.Name").ShouldBe(desktop.Account.Platform["instance_profile"]!.GetValue<string>());
        order.Find("InstanceInitiatedShutdownBehavior").ShouldBe("stop");
    }

    [Fact(Timeout = 200_000)]
    public async Task Machine_disk_and_password_say_whose_they_are()
    {
        var desktop = await built.GetAsync();
        var machine = await Machine(desktop);
        var volume = (await desktop.Account.Ec2Async("DescribeVolumes", ("Filter.1.Name", "tag:cws:desktop"), ("Filter.1.Value.1", desktop.Id))).Named("volumeSet").SelectMany(set => set.Elements()).ShouldHaveSingleItem();
        var listed = await desktop.Account.JsonAsync("ssm", "AmazonSSM.ListTagsForResource", new() { ["ResourceType"] = "Parameter", ["ResourceId"] = $"/cws/test/desktops/{desktop.Id}/vnc" });
        var password = listed["TagList"]!.AsArray().ToDictionary(tag => tag!["Key"]!.GetValue<string>(), tag => tag!["Value"]!.GetValue<string>());

        foreach (var tags in new[] { machine.Tags(), volume.Tags(), password })
        {
            tags["cws:environment"].ShouldBe("test");
            tags["cws:desktop"].ShouldBe(desktop.Id);
            tags["cws:owner"].ShouldBe("Jane.Doe_rm -rf@example.com");
            tags["cws:template"].ShouldBe("aws-vnc");
            tags["cost-center"].ShouldBe("42");
        }

        machine.Tags()["cws:screen"].ShouldBe("1920x1080x24");
        password["cws:instance"].ShouldBe($"arn:aws:ec2:eu-north-1:123456789012:instance/{desktop.Output("machine", "instance")}");
    }

    [Fact(Timeout = 200_000)]
    public async Task The_password_is_a_secure_parameter_under_the_platforms_key()
    {
        var desktop = await built.GetAsync();
        var parameter = (await desktop.Account.ParameterAsync(desktop.Id)).ShouldNotBeNull();

        parameter["Type"]!.GetValue<string>().ShouldBe("SecureString");
        parameter["Value"]!.GetValue<string>().ShouldBe(AwsDesktop.Password);
        desktop.Gate.Bodies.ShouldContain(body => body.Contains(AwsDesktop.Password, StringComparison.Ordinal) && body.Contains(desktop.Account.Platform["kms_key"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact(Timeout = 200_000)]
    public async Task The_password_is_in_no_state_file_line_user_data_or_order()
    {
        var desktop = await built.GetAsync();

        foreach (var file in Directory.EnumerateFiles(desktop.Root, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file) is { LinkTarget: null, Length: < 10_000_000 }))
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldNotContain(AwsDesktop.Password, customMessage: file);
        desktop.Events.OfType<TerraformEvent.Line>().ShouldNotContain(line => line.Text.Contains(AwsDesktop.Password, StringComparison.Ordinal));
        (await UserData.OfAsync(desktop)).Text.ShouldNotContain(AwsDesktop.Password);
        desktop.Gate.Calls.SelectMany(call => call.Fields.Values).ShouldNotContain(value => value.Contains(AwsDesktop.Password, StringComparison.Ordinal));
        desktop.Gate.Bodies.Count(body => body.Contains(AwsDesktop.Password, StringComparison.Ordinal)).ShouldBe(1, "only the order to keep it may carry it");
    }

    [Fact(Timeout = 200_000)]
    public async Task Two_resources_make_a_desktop_and_the_outputs_say_what_it_is()
    {
        var desktop = await built.GetAsync();
        var created = desktop.Events.OfType<TerraformEvent.Resource>().Where(resource => resource is { Action: "create", State: ResourceState.Done }).Select(resource => resource.Address);

        created.Order().ShouldBe(["aws_instance.desktop", "aws_ssm_parameter.password"]);
        desktop.Output("connection", "host").ShouldBe((await Machine(desktop)).One("privateIpAddress").Value);
        desktop.Outputs["proxy"].GetString().ShouldBe("127.0.0.1:8083");
        (desktop.Output("machine", "provider"), desktop.Output("machine", "region"), desktop.Output("machine", "service")).ShouldBe(("aws", "eu-north-1", ""));
        var details = desktop.Outputs["details"].EnumerateArray().ToDictionary(detail => detail.GetProperty("label").GetString()!, detail => detail.GetProperty("value").GetString());
        (details["Machine"], details["System"], details["Disk"], details["User"]).ShouldBe(("t3.large", "ubuntu", "40 GB, encrypted", "jane-doe-rm-rf"));
    }

    private static Ec2Call Ordered(AwsDesktop desktop) => desktop.Gate.Calls.Where(call => call.Action == "RunInstances").ShouldHaveSingleItem();

    private static async Task<System.Xml.Linq.XElement> Machine(AwsDesktop desktop) => (await desktop.Account.InstancesAsync(desktop.Id)).ShouldHaveSingleItem();
}
