using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Messages;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class FailureClassifierTests
{
    [Theory]
    [InlineData("Error acquiring the state lock", "resource temporarily unavailable", TerraformFailureKind.Locked)]
    [InlineData("No valid credential sources found", "", TerraformFailureKind.Credentials)]
    [InlineData("creating EC2 Instance", "api error UnauthorizedOperation: You are not authorized", TerraformFailureKind.Credentials)]
    [InlineData("reading", "api error ExpiredToken: The security token included in the request is expired", TerraformFailureKind.Credentials)]
    [InlineData("putting object", "api error AccessDenied: Access Denied", TerraformFailureKind.Credentials)]
    [InlineData("creating EC2 Instance", "InsufficientInstanceCapacity: We currently do not have sufficient t3.large capacity", TerraformFailureKind.Capacity)]
    [InlineData("creating EC2 Instance", "VcpuLimitExceeded: You have requested more vCPU capacity", TerraformFailureKind.Quota)]
    [InlineData("creating Role", "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000", TerraformFailureKind.Quota)]
    [InlineData("creating", "api error RequestLimitExceeded: Request limit exceeded.", TerraformFailureKind.Throttled)]
    [InlineData("creating", "ThrottlingException: Rate exceeded", TerraformFailureKind.Throttled)]
    [InlineData("Failed to query available provider packages", "dial tcp: lookup registry: no such host", TerraformFailureKind.Network)]
    [InlineData("reading", "Get \"https://x\": net/http: TLS handshake timeout", TerraformFailureKind.Network)]
    [InlineData("waiting for ECS Service", "timeout while waiting for state to become 'ACTIVE'", TerraformFailureKind.Timeout)]
    [InlineData("Invalid value for variable", "geometry must look like 1920x1080.", TerraformFailureKind.Parameter)]
    [InlineData("creating EC2 Instance", "InvalidAMIID.NotFound: The image id does not exist", TerraformFailureKind.Template)]
    [InlineData("Failed to write state", "write terraform.tfstate: no space left on device", TerraformFailureKind.StorageFull)]
    [InlineData("local-exec provisioner error", "cp: error writing: No space left on device", TerraformFailureKind.StorageFull)]
    [InlineData("Unsupported argument", "An argument named \"x\" is not expected here.", TerraformFailureKind.Template)]
    [InlineData("No value for required variable", "", TerraformFailureKind.Template)]
    [InlineData("Reference to undeclared resource", "", TerraformFailureKind.Template)]
    [InlineData("Unsupported Terraform Core version", "", TerraformFailureKind.Template)]
    [InlineData("local-exec provisioner error", "Error running command './start.sh': exit status 1.", TerraformFailureKind.Internal)]
    [InlineData("Something new", "that nobody has seen", TerraformFailureKind.Internal)]
    public void Errors_get_the_kind_that_tells_what_to_do(string summary, string detail, TerraformFailureKind expected)
    {
        var (kind, message) = FailureClassifier.Classify([new("error", summary, detail, null, null, null)], [], 1);

        kind.ShouldBe(expected);
        message.ShouldNotBeEmpty();
    }

    // The words are AWS's own, as the provider, our clients and ECS pass them on.
    [Theory]
    [InlineData("api error UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcd", TerraformFailureKind.Credentials, "may not do this")]
    [InlineData("api error AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/worker/x is not authorized to perform: ecs:CreateService on resource: arn:aws:ecs:eu-central-1:123456789012:service/main/cws-x", TerraformFailureKind.Credentials, "may not do this")]
    [InlineData("api error ExpiredToken: The security token included in the request is expired", TerraformFailureKind.Credentials, "have expired")]
    [InlineData("api error RequestExpired: Request has expired.", TerraformFailureKind.Credentials, "have expired")]
    [InlineData("Error: No valid credential sources found. Error: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled", TerraformFailureKind.Credentials, "expired")]
    [InlineData("api error AuthFailure: AWS was not able to validate the provided access credentials", TerraformFailureKind.Credentials, "refused the platform's credentials")]
    [InlineData("api error InvalidClientTokenId: The security token included in the request is invalid.", TerraformFailureKind.Credentials, "refused the platform's credentials")]
    [InlineData("validating provider credentials: retrieving caller identity from STS: Error: invalid AWS Region: eu-nowhere-1", TerraformFailureKind.Template, "region or a network")]
    [InlineData("api error InvalidSubnetID.NotFound: The subnet ID 'subnet-0abc' does not exist", TerraformFailureKind.Template, "region or a network")]
    [InlineData("Post \"https://ec2.eu-nowhere-1.amazonaws.com/\": dial tcp: lookup ec2.eu-nowhere-1.amazonaws.com: no such host", TerraformFailureKind.Template, "region or a network")]
    [InlineData("api error RequestLimitExceeded: Request limit exceeded.", TerraformFailureKind.Throttled, "slow down")]
    [InlineData("ThrottlingException: Rate exceeded", TerraformFailureKind.Throttled, "slow down")]
    [InlineData("api error VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.", TerraformFailureKind.Quota, "any more machines")]
    [InlineData("api error InstanceLimitExceeded: Your quota allows for 0 more running instance(s). You requested at least 1", TerraformFailureKind.Quota, "any more machines")]
    [InlineData("api error MaxSpotInstanceCountExceeded: Max spot instance count exceeded", TerraformFailureKind.Quota, "any more machines")]
    [InlineData("api error InvalidAMIID.NotFound: The image id '[ami-0123456789abcdef0]' does not exist", TerraformFailureKind.Template, "image of this template")]
    [InlineData("api error InsufficientInstanceCapacity: We currently do not have sufficient t3.large capacity in the Availability Zone you requested (eu-central-1a).", TerraformFailureKind.Capacity, "no machine of this kind free")]
    [InlineData("Server.InsufficientInstanceCapacity: Insufficient capacity.", TerraformFailureKind.Capacity, "no machine of this kind free")]
    [InlineData("api error UnsupportedOperation: You can't stop the Spot Instance 'i-1' because it is associated with a one-time Spot Instance request.", TerraformFailureKind.Parameter, "does not offer")]
    [InlineData("api error Unsupported: The requested configuration is currently not supported. Please check the documentation for supported configurations.", TerraformFailureKind.Parameter, "does not offer")]
    [InlineData("CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.eu-central-1.amazonaws.com/proxy:1: not found", TerraformFailureKind.Template, "does not exist")]
    [InlineData("CannotPullContainerError: pull access denied for proxy, repository does not exist or may require 'docker login'", TerraformFailureKind.Template, "does not exist")]
    [InlineData("CannotPullContainerError: Error response from daemon: Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded)", TerraformFailureKind.Network, "registry does not answer")]
    [InlineData("CannotPullContainerError: failed to authorize: 403 Forbidden", TerraformFailureKind.Credentials, "may not be read")]
    [InlineData("ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed", TerraformFailureKind.Credentials, "may not be read")]
    public void What_the_cloud_refuses_has_a_sentence_for_people(string words, TerraformFailureKind expected, string sentence)
    {
        var (kind, message) = FailureClassifier.Classify([new("error", "creating something", words, null, null, null)], [], 1);

        kind.ShouldBe(expected);
        message.ShouldContain(sentence);
    }

    [Fact]
    public void Warnings_explain_no_failure()
    {
        TerraformDiagnostic[] diagnostics = [new("warning", "Quota", "quota", null, null, null), new("error", "Invalid reference", "", null, null, null)];

        FailureClassifier.Classify(diagnostics, [], 1).Kind.ShouldBe(TerraformFailureKind.Template);
    }

    [Theory]
    [InlineData(137, "killed")]
    [InlineData(139, "signal 11")]
    [InlineData(2, "code 2")]
    public void Without_a_word_the_exit_code_is_all_there_is(int exitCode, string expected)
    {
        var (kind, message) = FailureClassifier.Classify([], [], exitCode);

        kind.ShouldBe(TerraformFailureKind.Internal);
        message.ShouldContain(expected);
    }

    [Fact]
    public void Without_diagnostics_the_last_lines_are_read() =>
        FailureClassifier.Classify([], ["fatal: no space left on device"], 2).Kind.ShouldBe(TerraformFailureKind.StorageFull);
}
