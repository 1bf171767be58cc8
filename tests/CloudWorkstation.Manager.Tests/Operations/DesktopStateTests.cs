using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform.State;
using CloudWorkstation.Manager.Tests.Parts;

namespace CloudWorkstation.Manager.Tests.Operations;

/// <summary>Where states are: chosen once, stored with the desktop, and not moved by a setting.</summary>
public sealed class DesktopStateTests
{
    private static readonly ManagerOptions InS3 = new() { Environment = "prod", State = new() { Kind = StateKind.S3, Bucket = "bucket" } };

    [Fact(Timeout = 60_000)]
    public async Task A_new_desktop_has_a_key_of_its_own_in_its_environment()
    {
        await Task.Yield();

        DesktopState.New("abc", InS3).ShouldBe("s3:bucket/states/prod/abc/terraform.tfstate");
        DesktopState.New("abc", new ManagerOptions()).ShouldBe("local:abc");
        InS3.State.KeyOf("test", "abc").ShouldNotBe(InS3.State.KeyOf("prod", "abc"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_desktop_stays_where_it_was_created_when_the_setting_changes()
    {
        await using var manager = new TestManager();
        var created = (await manager.CreateAsync(TestManager.Alice)).Desktop.Desktop;

        DesktopState.Of(created).Backend(manager.Paths, InS3).Type.ShouldBe("local");
        DesktopState.Of(created with { State = DesktopState.New("abc", InS3) }).ShouldBe(new DesktopState.S3("bucket", "states/prod/abc/terraform.tfstate"));
        DesktopState.Of(created with { State = DesktopState.New("abc", InS3) }).Directory(manager.Paths).ShouldBeNull();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_place_that_is_not_known_is_refused_by_name()
    {
        await using var manager = new TestManager();
        var created = (await manager.CreateAsync(TestManager.Alice)).Desktop.Desktop;

        Should.Throw<InvalidOperationException>(() => DesktopState.Of(created with { State = "gcs:somewhere" })).Message.ShouldContain("gcs:somewhere");
    }

    [Fact(Timeout = 60_000)]
    public async Task On_aws_itself_no_check_of_the_backend_is_skipped()
    {
        await Task.Yield();
        StateLocation location = new("bucket", "key", "eu-central-1", "alias/states");

        var onAws = location.Backend(onAws: true).Settings;
        var elsewhere = location.Backend(onAws: false).Settings;

        onAws.Select(setting => setting.Key).ShouldBe(["bucket", "key", "region", "encrypt", "use_lockfile", "kms_key_id"]);
        elsewhere["use_path_style"]!.GetValue<bool>().ShouldBeTrue();
        StateLocation.Of(location.Backend(onAws: true)).ShouldBe(location);
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_that_cannot_work_are_all_named_at_the_start()
    {
        await Task.Yield();
        StateOptions broken = new() { Kind = StateKind.S3, Prefix = "/states" };

        var message = Should.Throw<InvalidOperationException>(() => broken.Check("a/b")).Message;

        message.ShouldContain("State:Bucket");
        message.ShouldContain("State:Prefix");
        message.ShouldContain("slash, since it is a part");
        Should.NotThrow(() => new StateOptions().Check("a/b"));
    }
}
