using System.Runtime.CompilerServices;
using System.Xml;
using CloudWorkstation.Manager.Aws.Calls;

namespace CloudWorkstation.Manager.Aws.Ec2;

/// <summary>EC2's query protocol, as far as we use it.</summary>
internal sealed class Ec2Client(string region, AwsAccess access, int pageSize = Ec2Client.LargestPage) : AwsClient(AwsService.Ec2, region, access), IEc2
{
    /// <value>The most that EC2 allows: 10,000 machines are ten calls.</value>
    public const int LargestPage = 1000;
    private const int LargestVolumePage = 500;

    public IAsyncEnumerable<Ec2Instance> InstancesAsync(string tag, string value, CancellationToken cancellationToken) =>
        PagesAsync("DescribeInstances", tag, value, pageSize, Ec2Reading.Instances, cancellationToken);

    public async Task<Ec2Instance?> InstanceAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var found = await QueryAsync(new QueryCall("DescribeInstances").With("InstanceId.1", id), Ec2Reading.Instances, cancellationToken);
            return found.Items.FirstOrDefault();
        }
        catch (AwsException e) when (e.Code is "InvalidInstanceID.NotFound" or "InvalidInstanceID.Malformed")
        {
            return null;
        }
    }

    public Task<InstanceStateChange> StopAsync(string id, CancellationToken cancellationToken) => ChangeAsync("StopInstances", id, cancellationToken);

    public Task<InstanceStateChange> StartAsync(string id, CancellationToken cancellationToken) => ChangeAsync("StartInstances", id, cancellationToken);

    public Task RebootAsync(string id, CancellationToken cancellationToken) =>
        QueryAsync(new QueryCall("RebootInstances").With("InstanceId.1", id), Ec2Reading.Nothing, cancellationToken);

    public Task TerminateAsync(string id, CancellationToken cancellationToken) =>
        QueryAsync(new QueryCall("TerminateInstances").With("InstanceId.1", id), Ec2Reading.Nothing, cancellationToken);

    public Task<string?> ConsoleOutputAsync(string id, CancellationToken cancellationToken) =>
        QueryAsync(new QueryCall("GetConsoleOutput").With("InstanceId", id), Ec2Reading.ConsoleOutput, cancellationToken);

    public IAsyncEnumerable<Ec2Volume> VolumesAsync(string tag, string value, CancellationToken cancellationToken) =>
        PagesAsync("DescribeVolumes", tag, value, Math.Min(pageSize, LargestVolumePage), Ec2Reading.Volumes, cancellationToken);

    public Task DeleteVolumeAsync(string id, CancellationToken cancellationToken) =>
        QueryAsync(new QueryCall("DeleteVolume").With("VolumeId", id), Ec2Reading.Nothing, cancellationToken);

    private async Task<InstanceStateChange> ChangeAsync(string operation, string id, CancellationToken cancellationToken)
    {
        var changes = await QueryAsync(new QueryCall(operation).With("InstanceId.1", id), Ec2Reading.Changes, cancellationToken);
        return changes.FirstOrDefault() ?? throw new AwsException("EC2", operation, AwsErrors.NotUnderstood, $"The answer does not name {id}.", null, null, null);
    }

    private async IAsyncEnumerable<T> PagesAsync<T>(
        string operation,
        string tag,
        string value,
        int size,
        Func<XmlReader, (List<T> Items, string? Next)> read,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var call = new QueryCall(operation).With("Filter.1.Name", $"tag:{tag}").With("Filter.1.Value.1", value)
                .With("MaxResults", size.ToString(System.Globalization.CultureInfo.InvariantCulture)).With("NextToken", next);
            (var items, next) = await QueryAsync(call, read, cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }
        }
        while (next is not null);
    }
}
