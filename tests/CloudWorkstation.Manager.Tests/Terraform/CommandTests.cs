using CloudWorkstation.Manager.Terraform;
using CloudWorkstation.Manager.Terraform.Commands;
using CloudWorkstation.Manager.Terraform.Running;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class CommandTests
{
    [Fact]
    public void Init_takes_the_backend_as_it_is() =>
        new InitCommand().Arguments.ShouldBe(["init", "-input=false", "-json", "-no-color", "-reconfigure"]);

    [Fact]
    public void Apply_waits_for_the_lock_as_long_as_it_is_told() =>
        new ApplyCommand { LockTimeout = TimeSpan.FromSeconds(25) }.Arguments.ShouldBe(["apply", "-input=false", "-auto-approve", "-json", "-lock-timeout=25s"]);

    [Fact]
    public void Destroy_is_an_apply_that_destroys() =>
        new ApplyCommand { Destroy = true, LockTimeout = TimeSpan.FromMilliseconds(1500) }.Arguments
            .ShouldBe(["apply", "-destroy", "-input=false", "-auto-approve", "-json", "-lock-timeout=2s"]);

    [Fact]
    public void Plan_writes_its_plan_to_a_file() =>
        new PlanCommand { PlanFile = "/w/plan.out", LockTimeout = TimeSpan.Zero }.Arguments
            .ShouldBe(["plan", "-input=false", "-json", "-lock-timeout=0s", "-out=/w/plan.out"]);

    [Fact]
    public void Show_reads_that_plan() => new ShowCommand { PlanFile = "/w/plan.out" }.Arguments.ShouldBe(["show", "-json", "/w/plan.out"]);

    [Fact]
    public void Version_is_asked_for_as_json() => new VersionCommand().Arguments.ShouldBe(["version", "-json"]);

    [Fact]
    public void The_supervisor_gets_the_command_as_arguments_of_a_fixed_script()
    {
        var arguments = Supervisor.Arguments(TimeSpan.FromSeconds(15), "terraform", ["apply", "$(rm -rf /)"]);

        arguments[0].ShouldBe("/bin/sh");
        arguments[1].ShouldBe("-c");
        arguments.Skip(3).ShouldBe(["cws-terraform", "15", "terraform", "apply", "$(rm -rf /)"]);
    }

    [Fact]
    public void Only_the_allow_list_and_what_was_asked_for_reaches_the_environment()
    {
        Dictionary<string, string> inherited = new(StringComparer.Ordinal)
        {
            ["PATH"] = "/bin",
            ["HOME"] = "/root",
            ["TF_VAR_other"] = "x",
            ["TF_CLI_ARGS"] = "-x",
            ["TF_LOG"] = "trace",
            ["CWS_SECRET"] = "x",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ENDPOINT_URL_S3"] = "http://s3",
            ["AWS_UNKNOWN"] = "x",
            ["SSL_CERT_FILE"] = "/ca.pem",
        };
        var request = Requests.Empty() with
        {
            SecretVariables = new Dictionary<string, string>(StringComparer.Ordinal) { ["vnc_password"] = "hunter22" },
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_ENDPOINT_URL"] = "http://aws" },
        };

        var environment = TerraformEnvironment.Build(inherited, new TerraformOptions { GoGc = 0 }, request, "/w/.home");

        environment.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/bin",
            ["HOME"] = "/w/.home",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_ENDPOINT_URL_S3"] = "http://s3",
            ["SSL_CERT_FILE"] = "/ca.pem",
            ["AWS_ENDPOINT_URL"] = "http://aws",
            ["TF_VAR_vnc_password"] = "hunter22",
            ["TF_IN_AUTOMATION"] = "1",
            ["TF_INPUT"] = "0",
            ["CHECKPOINT_DISABLE"] = "1",
        }, ignoreOrder: true);
    }

    [Fact]
    public void Settings_that_cannot_work_are_all_named()
    {
        TerraformOptions options = new() { Binary = " ", CliConfig = "/does/not/exist", Mirror = "/does/not/exist/either", Grace = TimeSpan.Zero, GoGc = -1 };

        var result = new TerraformOptionsValidator().Validate(null, options);

        result.Failures!.Count().ShouldBe(6);
    }
}
