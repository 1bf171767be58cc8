using CloudWorkstation.Launcher.Doctor;

namespace CloudWorkstation.Launcher.Tests;

public sealed class PasskeyCheckTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("http://127.0.0.1:8080", "not offered at http://127.0.0.1:8080: browsers make them for names only")]
    [InlineData("http://desktops.example.com", "browsers use them on HTTPS pages only")]
    [InlineData("http://localhost:8080", "offered for localhost")]
    [InlineData("https://desktops.example.com", "offered for desktops.example.com")]
    public async Task Doctor_says_whether_passkeys_are_offered_and_why_not(string console, string text)
    {
        await Task.Yield();

        var finding = PasskeyCheck.Of(new Uri(console));

        finding.Text.ShouldContain(text);
        finding.Verdict.ShouldBe(Verdict.Ok);
    }
}
