using CloudWorkstation.Manager.Templates;

namespace CloudWorkstation.Manager.Tests.Templates;

public sealed class ManifestTests : IDisposable
{
    private readonly TemplateFiles files = new();

    [Fact]
    public void A_good_template_is_read_in_full()
    {
        var template = Load(
            """
            name: demo
            title: Demo
            description: For tests
            icon: cloud
            protocol: rdp
            parameters:
              - {name: size, type: string, title: Size, options: [small, large], default: small, hourly_cost: {small: 0.04, large: 0.16}}
            session: {clipboard: in, files: off, idle_stop_minutes: 60}
            quota: {per_user: 2}
            persistent: [terraform_data.disk]
            """).Template.ShouldNotBeNull();

        template.Title.ShouldBe("Demo");
        template.Icon.ShouldBe("cloud");
        template.Protocol.ShouldBe("rdp");
        template.Parameters.ShouldHaveSingleItem().HourlyCost["large"].ShouldBe(0.16m);
        template.Session.ShouldBe(new SessionPolicy { Clipboard = "in", Files = "off", IdleStopMinutes = 60 });
        template.MaximumPerUser.ShouldBe(2);
        template.IsPersistent("terraform_data.disk[0]").ShouldBeTrue();
        template.IsPersistent("terraform_data.disks").ShouldBeFalse();
    }

    [Theory]
    [InlineData("ssh", "sign_in: person", true)]
    [InlineData("rdp", "sign_in: desktop", false)]
    [InlineData("rdp", "", false)]
    public void Who_signs_in_is_read(string protocol, string line, bool person) =>
        Load($"name: demo\ntitle: Demo\nprotocol: {protocol}\n{line}\nparameters: [{{name: size, type: string, title: Size}}]").Template.ShouldNotBeNull().PersonSignsIn.ShouldBe(person);

    [Theory]
    [InlineData("vnc", "person", "has no accounts")]
    [InlineData("ssh", "robot", "sign_in")]
    public void Nobody_signs_in_where_that_is_not_possible(string protocol, string who, string expected) =>
        Load($"name: demo\ntitle: Demo\nprotocol: {protocol}\nsign_in: {who}\nparameters: [{{name: size, type: string, title: Size}}]")
            .Problems.ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Each_rule_of_a_session_is_read()
    {
        var entry = Load("""
            name: demo
            title: Demo
            protocol: vnc
            parameters: [{name: size, type: string, title: Size}]
            session:
              clipboard: out
              files: download
              upload_maximum_megabytes: 10
              download_maximum_megabytes: 20
              sharing: view
              recording: keys
              recording_retention_days: 90
              watermark: true
              admin_watch: tell
              idle_stop_minutes: 30
              maximum_session_minutes: 480
            """);

        entry.Template.ShouldNotBeNull(string.Join('\n', entry.Problems)).Session.ShouldBe(new SessionPolicy
        {
            Clipboard = "out",
            Files = "download",
            UploadMaximumMegabytes = 10,
            DownloadMaximumMegabytes = 20,
            Sharing = "view",
            Recording = "keys",
            RecordingRetentionDays = 90,
            Watermark = true,
            AdminWatch = "tell",
            IdleStopMinutes = 30,
            MaximumSessionMinutes = 480,
        });
    }

    [Theory]
    [InlineData("colour: red", "colour is not known")]
    [InlineData("icon: Big!", "icon is 'Big!'")]
    [InlineData("protocol: telnet", "protocol is 'telnet'")]
    [InlineData("title: [a]", "title must be a text")]
    [InlineData("session: {clipboard: maybe}", "session.clipboard is 'maybe'")]
    [InlineData("session: {idle: 5}", "session.idle is not known")]
    [InlineData("session: {idle_stop_minutes: 0}", "session.idle_stop_minutes is 0")]
    [InlineData("session: {upload_maximum_megabytes: 10241}", "write a whole number from 1 to 10240")]
    [InlineData("session: {sharing: all}", "session.sharing is 'all'")]
    [InlineData("session: {recording: yes}", "write one of off, screen, keys")]
    [InlineData("session: {watermark: maybe}", "session.watermark is 'maybe'; write true or false")]
    [InlineData("session: {admin_watch: always}", "session.admin_watch is 'always'")]
    [InlineData("session: {maximum_session_minutes: 0}", "session.maximum_session_minutes is 0; write a whole number from 1 to 10080")]
    [InlineData("quota: {per_user: 0.5}", "quota.per_user is 0.5")]
    [InlineData("persistent: [nonsense]", "persistent has 'nonsense'")]
    [InlineData("persistent: [aws_ebs_volume.home]", "the module has no aws_ebs_volume.home")]
    [InlineData("parameters: {}", "parameters must be a list")]
    [InlineData("parameters: [{name: power, type: string, title: X}]", "which the manager gives every template")]
    [InlineData("parameters: [{name: Size, type: string, title: X}]", "parameters[0].name is 'Size'")]
    [InlineData("parameters: [{name: size, type: text, title: X}]", "parameters[0].type is 'text'")]
    [InlineData("parameters: [{name: size, type: string}]", "parameters[0].title is missing")]
    [InlineData("parameters: [{name: size, type: number, title: X, options: [a]}]", "has 'a', which is no number")]
    [InlineData("parameters: [{name: size, type: number, title: X, minimum: 5, maximum: 1}]", "is 5, above the maximum 1")]
    [InlineData("parameters: [{name: size, type: string, title: X, minimum: 5}]", "parameters[0].minimum is for type number only")]
    [InlineData("parameters: [{name: size, type: string, title: X, options: [a], default: b}]", "default does not obey")]
    [InlineData("parameters: [{name: size, type: string, title: X, options: [a, a]}]", "has a value twice")]
    [InlineData("parameters: [{name: size, type: string, title: X, pattern: '('}]", "pattern cannot be used")]
    [InlineData("parameters: [{name: size, type: string, title: X, pattern: 'a)|(?:b'}]", "pattern cannot be used")]
    [InlineData("parameters: [{name: size, type: string, title: X, options: [a], hourly_cost: {b: 1}}]", "has 'b', which is no option")]
    [InlineData("parameters: [{name: size, type: string, title: X, options: [a], hourly_cost: {a: -1}}]", "is no price")]
    [InlineData("parameters: [{name: size, type: string, title: X}, {name: size, type: string, title: Y}]", "a second time")]
    public void A_fault_is_named_with_its_line_and_key(string fault, string expected)
    {
        var key = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        string[] lines = ["name: demo", "title: Demo", "protocol: vnc", "parameters: [{name: size, type: string, title: Size}]"];

        var entry = Load(string.Join('\n', [.. lines.Where(line => !line.StartsWith(key + ":", StringComparison.Ordinal)), fault]));

        entry.Template.ShouldBeNull();
        entry.Problems.ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal) && problem.StartsWith("template.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public void All_problems_are_listed_at_once()
    {
        var entry = Load("title: 7\nextra: 1\nsession: {clipboard: x, files: y}\nparameters: [{name: A, type: b}]");

        entry.Problems.Count.ShouldBeGreaterThanOrEqualTo(8, string.Join('\n', entry.Problems));
    }

    [Theory]
    [InlineData("name: [", "is no YAML")]
    [InlineData("name: demo\nname: demo", "is no YAML")]
    [InlineData("", "documents")]
    [InlineData("- a", "must be a mapping")]
    [InlineData("name: demo\n---\nname: demo", "documents")]
    public void What_is_no_manifest_at_all_says_so(string manifest, string expected) =>
        Load(manifest).Problems.ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void A_problem_gives_the_line_it_is_on() =>
        Load("name: demo\ntitle: Demo\nprotocol: vnc\nextra: 1").Problems.ShouldContain(problem => problem.StartsWith("template.yaml:4: extra", StringComparison.Ordinal));

    public void Dispose() => files.Dispose();

    private TemplateEntry Load(string manifest)
    {
        using var catalogue = files.WithDemo(manifest).Catalogue();
        return catalogue.Entries.ShouldHaveSingleItem();
    }
}
