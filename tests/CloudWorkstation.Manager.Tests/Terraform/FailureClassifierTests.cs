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
    [InlineData("creating EC2 Instance", "InvalidAMIID.NotFound: The image id does not exist", TerraformFailureKind.Parameter)]
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
