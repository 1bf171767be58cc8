namespace CloudWorkstation.Manager.Aws.Calls;

/// <summary>What tells one service from another: the name of its endpoint (which signs too), of its endpoint setting, and of its API.</summary>
/// <param name="Endpoint">First label of the host name, for example <c>ec2</c>; also the signature's service.</param>
/// <param name="ServiceId">As in <c>AWS_ENDPOINT_URL_SERVICEID</c>.</param>
/// <param name="Version">Of the API; a query call carries it.</param>
/// <param name="TargetPrefix">What <c>X-Amz-Target</c> begins with; null for the query protocol.</param>
internal sealed record AwsService(string Endpoint, string ServiceId, string Version, string? TargetPrefix)
{
    public static AwsService Ec2 { get; } = new("ec2", "EC2", "2016-11-15", null);

    public static AwsService Ecs { get; } = new("ecs", "ECS", "2014-11-13", "AmazonEC2ContainerServiceV20141113");

    /// <value>Only to name it in errors: S3 has a client of the SDK's own.</value>
    public static AwsService S3 { get; } = new("s3", "S3", "2006-03-01", null);

    public static AwsService Ssm { get; } = new("ssm", "SSM", "2014-11-06", "AmazonSSM");
}
