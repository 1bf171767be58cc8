using System.Diagnostics;
using CloudWorkstation.Launcher.Commands;
using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Tests;

/// <summary>The entry script: what a newcomer meets first.</summary>
public sealed class ScriptTests : IDisposable
{
    private const int Limit = 60_000;

    private static readonly string Root = Checkout.Find().Root;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cws-script-");

    [Theory(Timeout = Limit)]
    [InlineData("up")]
    [InlineData("down")]
    [InlineData("doctor")]
    public async Task Help_names_every_option_of_the_launcher(string name)
    {
        var command = name switch { "up" => UpCommand.Create(), "down" => DownCommand.Create(), _ => DoctorCommand.Create() };

        var help = await RunAsync($"./workstation {name} --help");

        help.ShouldStartWith($"./workstation {name}");
        foreach (var option in command.Options)
            help.ShouldContain(option.Name);
    }

    [Fact(Timeout = Limit)]
    public async Task Help_of_config_names_what_it_does_and_every_option()
    {
        var help = await RunAsync("./workstation config --help");

        foreach (var part in ConfigCommand.Create().Subcommands)
        {
            help.ShouldContain($"./workstation config {part.Name}");
            foreach (var option in part.Options)
                help.ShouldContain(option.Name);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_command_is_refused_with_a_hint() =>
        (await RunAsync("./workstation start", expect: 1)).ShouldBe("workstation: there is no command 'start'. ./workstation --help lists them.");

    [Theory(Timeout = Limit)]
    [InlineData("1.11.4", 0)]
    [InlineData("1.10", 0)]
    [InlineData("1.9.8", 1)]
    [InlineData("", 1)]
    public async Task Terraform_must_be_new_enough(string version, int status) =>
        await RunAsync($"{Sources}; terraform_is_new_enough '{version}'", expect: status);

    [Theory(Timeout = Limit)]
    [InlineData("5.2.1", 0)]
    [InlineData("5.10.0", 0)]
    [InlineData("5.1.9", 1)]
    [InlineData("", 1)]
    public async Task Moto_must_be_new_enough(string version, int status) => await RunAsync($"{Sources}; moto_is_new_enough '{version}'", expect: status);

    [Theory(Timeout = Limit)]
    [InlineData("--aws-endpoint moto", 0)]
    [InlineData("--aws-endpoint=moto --port 8080", 0)]
    [InlineData("--store dynamodb", 0)]
    [InlineData("--store sqlite", 1)]
    [InlineData("--store dynamodb --aws-endpoint http://127.0.0.1:5000", 1)]
    [InlineData("", 1)]
    public async Task Moto_is_installed_only_where_it_is_started(string arguments, int status) => await RunAsync($"{Sources}; up_starts_moto {arguments}", expect: status);

    [Fact(Timeout = Limit)]
    public async Task Moto_is_installed_by_pip_where_python_has_none()
    {
        // A Python without moto, whose environments have one once pip has run.
        var python = $"case $* in *'import moto'*) [[ -e '{_directory.FullName}/installed' ]] && echo 5.2.1 || exit 1 ;; "
            + $"'-m venv '*) mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python3\" ;; *'-m pip install'*) touch '{_directory.FullName}/installed' ;; esac";
        Fake("python3", python);

        (await RunAsync($"{Sources}; ARTIFACTS='{_directory.FullName}/artifacts'; use_moto; command -v python3")).ShouldEndWith("/artifacts/moto/bin/python3");
    }

    [Fact(Timeout = Limit)]
    public async Task A_terraform_with_the_wrong_checksum_is_thrown_away()
    {
        Fake("curl", "while [[ $1 != --output ]]; do shift; done; echo tampered >\"$2\"");

        var output = await RunAsync($"{Sources}; download_terraform '{_directory.FullName}/terraform'", expect: 1);

        output.ShouldContain("does not have the expected checksum");
        Directory.Exists($"{_directory.FullName}/terraform").ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_way_to_download_terraform_the_message_says_what_to_do()
    {
        Fake("curl", "exit 6");

        (await RunAsync($"{Sources}; download_terraform '{_directory.FullName}/terraform'", expect: 1)).ShouldContain("so that it is on PATH, or set CWS_TERRAFORM__BINARY");
    }

    [Fact(Timeout = Limit)]
    public async Task Missing_packages_are_named_where_they_cannot_be_installed()
    {
        var output = await RunAsync($"{Sources}; is_debian_12() {{ false; }}; install_missing 'no-such-program its-package'", expect: 1);

        output.ShouldBe("workstation: these are needed (names of Debian 12's packages): its-package");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_missing_packages_are_installed()
    {
        Fake("apt-get", $"echo \"$*\" >>'{_directory.FullName}/installed'");
        Fake("sudo", "\"$@\"");

        await RunAsync($"{Sources}; is_debian_12() {{ true; }}; install_missing $'bash bash\\nno-such-program its-package'");

        (await File.ReadAllLinesAsync($"{_directory.FullName}/installed", TestContext.Current.CancellationToken))
            .ShouldBe(["update", "install --yes --no-install-recommends its-package"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_build_is_repeated_only_when_an_input_changed()
    {
        var here = _directory.FullName;
        var build = $"{Sources}; STAMPS='{here}'; VERBOSE=1; built() {{ echo built-now; }}; when_changed example $(hash_of '{here}/input' -name '*') '{here}' building built";
        await File.WriteAllTextAsync($"{here}/input", "a", TestContext.Current.CancellationToken);

        (await RunAsync(build)).ShouldContain("built-now");
        (await RunAsync(build)).ShouldBeEmpty();
        await File.WriteAllTextAsync($"{here}/input", "b", TestContext.Current.CancellationToken);
        (await RunAsync(build)).ShouldContain("built-now");
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static string Sources => "set -euo pipefail; ROOT=$PWD; for part in common prerequisites terraform moto build; do source infra/local/$part.sh; done";

    private void Fake(string program, string script)
    {
        var path = Path.Combine(_directory.FullName, program);
        File.WriteAllText(path, "#!/usr/bin/env bash\n" + script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<string> RunAsync(string script, int expect = 0)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script + " 2>&1"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["PATH"] = $"{_directory.FullName}:{Environment.GetEnvironmentVariable("PATH")}" },
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(expect, output);
        return output.Trim();
    }
}
