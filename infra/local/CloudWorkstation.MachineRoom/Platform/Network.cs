using CloudWorkstation.MachineRoom.Cloud;

namespace CloudWorkstation.MachineRoom.Platform;

/// <summary>
/// A VPC whose addresses are loopback addresses: moto hands out what a subnet has, and a machine at 127.20.1.4 can be played on this machine
/// without any privilege, where nothing but this machine can reach it.
/// </summary>
internal sealed record Network(string Vpc, string[] Subnets, string[] ProxySubnets, string DesktopGroup, string ProxyGroup)
{
    public static async Task<Network> EnsureAsync(Ec2 ec2, string prefix, RoomSettings settings, CancellationToken cancellationToken)
    {
        var (network, region) = (settings.Network, settings.Region);
        var vpc = await ec2.EnsureAsync(new Resource($"{prefix}-vpc", "DescribeVpcs", "CreateVpc", "vpcId", ("CidrBlock", $"{network}.0.0/16")), cancellationToken);
        // As infra/aws has it; moto's tasks cannot do without.
        await ec2.CallAsync("ModifyVpcAttribute", cancellationToken, ("VpcId", vpc), ("EnableDnsHostnames.Value", "true"));
        var proxies = await GroupAsync(ec2, vpc, $"{prefix}-proxy", "Desktop proxies", cancellationToken);
        var desktops = await GroupAsync(ec2, vpc, $"{prefix}-desktop", "Desktops, reached by their proxy only", cancellationToken);
        await AdmitAsync(ec2, desktops, proxies, cancellationToken);
        return new Network(
            vpc,
            await SubnetsAsync(ec2, vpc, $"{prefix}-desktops", [$"{network}.1.0/24", $"{network}.2.0/24"], region, cancellationToken),
            await SubnetsAsync(ec2, vpc, $"{prefix}-proxies", [$"{network}.128.0/24", $"{network}.129.0/24"], region, cancellationToken),
            desktops,
            proxies);
    }

    private static async Task<string[]> SubnetsAsync(Ec2 ec2, string vpc, string name, string[] ranges, string region, CancellationToken cancellationToken)
    {
        var subnets = new string[ranges.Length];
        for (var index = 0; index < ranges.Length; index++)
        {
            var zone = region + (char)('a' + index);
            subnets[index] = await ec2.EnsureAsync(
                new Resource($"{name}-{zone}", "DescribeSubnets", "CreateSubnet", "subnetId", ("VpcId", vpc), ("CidrBlock", ranges[index]), ("AvailabilityZone", zone)),
                cancellationToken);
        }

        return subnets;
    }

    private static Task<string> GroupAsync(Ec2 ec2, string vpc, string name, string description, CancellationToken cancellationToken) =>
        ec2.EnsureAsync(
            new Resource(name, "DescribeSecurityGroups", "CreateSecurityGroup", "groupId", ("GroupName", name), ("GroupDescription", description), ("VpcId", vpc)),
            cancellationToken);

    private static async Task AdmitAsync(Ec2 ec2, string desktops, string proxies, CancellationToken cancellationToken)
    {
        try
        {
            await ec2.CallAsync(
                "AuthorizeSecurityGroupIngress",
                cancellationToken,
                ("GroupId", desktops),
                ("IpPermissions.1.IpProtocol", "tcp"),
                ("IpPermissions.1.FromPort", "5901"),
                ("IpPermissions.1.ToPort", "5901"),
                ("IpPermissions.1.Groups.1.GroupId", proxies));
        }
        catch (AwsException there) when (there.Says("InvalidPermission.Duplicate"))
        {
            // Admitted by an earlier start.
        }
    }
}
