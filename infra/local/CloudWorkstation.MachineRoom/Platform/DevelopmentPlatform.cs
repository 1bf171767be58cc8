using System.Text.Json.Nodes;
using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Platform;

/// <summary>
/// What infra/aws builds in an account, as far as templates see it. Made in moto by plain calls: with Terraform a start would take half a minute longer.
/// Every step finds what an earlier start made.
/// </summary>
public sealed class DevelopmentPlatform(Ec2 ec2, Services services, RoomSettings settings)
{
    // Images of moto's own; what a machine really runs is machine/machine.sh.
    private const string Ubuntu = "ubuntu/images/hvm-ssd/ubuntu-xenial-16.04-amd64-server-*";
    private const string AmazonLinux = "al2023-ami-2023*-kernel-6.1-x86_64";

    private string Prefix => $"cws-{settings.Environment}";

    public async Task<Facts> EnsureAsync(CancellationToken cancellationToken)
    {
        var network = await Network.EnsureAsync(ec2, Prefix, settings, cancellationToken);
        var roles = await Roles.EnsureAsync(services, Prefix, cancellationToken);
        await services.EnsureBucketAsync(settings.StateBucket, settings.Region, cancellationToken);
        await services.EcsAsync("CreateCluster", new JsonObject { ["clusterName"] = Prefix }, cancellationToken);
        return new Facts
        {
            Region = settings.Region,
            Vpc = network.Vpc,
            Subnets = network.Subnets,
            SecurityGroups = new Facts.Groups(network.DesktopGroup, network.ProxyGroup),
            InstanceProfile = roles.InstanceProfile,
            KmsKey = await KeyAsync(cancellationToken),
            SecretPrefix = $"/cws/{settings.Environment}/desktops",
            Cluster = Prefix,
            TaskExecutionRole = roles.Execution,
            TaskRole = roles.Task,
            LogGroup = await LogGroupAsync(cancellationToken),
            ProxyImage = "cloudworkstation/desktop-proxy:development",
            GuacdImage = "guacamole/guacd:1.6.0",
            ProxySubnets = network.ProxySubnets,
            SharedProxy = settings.SharedProxy,
            InternalKeySecret = await SecretAsync("internal-key", cancellationToken),
            ProxyKeySecret = await SecretAsync("proxy-key", cancellationToken),
            ApiUrl = settings.Api,
            PublicUrl = settings.PublicUrl,
            Amis = new Dictionary<string, string> { ["ubuntu"] = await ImageAsync(Ubuntu, cancellationToken), ["amazon_linux"] = await ImageAsync(AmazonLinux, cancellationToken) },
            Tags = new Dictionary<string, string> { ["cws:platform"] = "development" },
        };
    }

    private async Task<string> KeyAsync(CancellationToken cancellationToken)
    {
        var alias = $"alias/{Prefix}";
        var aliases = await services.KmsAsync("ListAliases", [], cancellationToken);
        var there = aliases["Aliases"]!.AsArray().FirstOrDefault(entry => entry!["AliasName"]!.GetValue<string>() == alias);
        if (there?["TargetKeyId"] is { } key)
            return (await services.KmsAsync("DescribeKey", new JsonObject { ["KeyId"] = key.GetValue<string>() }, cancellationToken))["KeyMetadata"]!["Arn"]!.GetValue<string>();
        var made = (await services.KmsAsync("CreateKey", new JsonObject { ["Description"] = Prefix }, cancellationToken))["KeyMetadata"]!;
        await services.KmsAsync("CreateAlias", new JsonObject { ["AliasName"] = alias, ["TargetKeyId"] = made["KeyId"]!.GetValue<string>() }, cancellationToken);
        return made["Arn"]!.GetValue<string>();
    }

    private async Task<string> LogGroupAsync(CancellationToken cancellationToken)
    {
        var name = $"/cws/{settings.Environment}/desktop-proxies";
        try
        {
            await services.LogsAsync("CreateLogGroup", new JsonObject { ["logGroupName"] = name }, cancellationToken);
        }
        catch (AwsException there) when (there.Says("ResourceAlreadyExists"))
        {
            // Made by an earlier start.
        }

        return name;
    }

    /// <summary>Without a value: that is put when the api has made its keys.</summary>
    private async Task<string> SecretAsync(string name, CancellationToken cancellationToken)
    {
        var full = $"{Prefix}/{name}";
        try
        {
            return (await services.SecretsAsync("CreateSecret", new JsonObject { ["Name"] = full }, cancellationToken))["ARN"]!.GetValue<string>();
        }
        catch (AwsException there) when (there.Says("ResourceExists"))
        {
            return (await services.SecretsAsync("DescribeSecret", new JsonObject { ["SecretId"] = full }, cancellationToken))["ARN"]!.GetValue<string>();
        }
    }

    private async Task<string> ImageAsync(string name, CancellationToken cancellationToken)
    {
        var found = await ec2.CallAsync("DescribeImages", cancellationToken, ("Filter.1.Name", "name"), ("Filter.1.Value.1", name));
        return found.Descendants("imageId").FirstOrDefault()?.Value ?? throw new InvalidOperationException($"This moto has no image {name}; 5.2.1 or newer has.");
    }
}
