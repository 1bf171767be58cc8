using System.Text;
using System.Text.Json;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Tests.Terraform;

public sealed class RedactorTests
{
    private const string Secret = "p\"ss wo/rd+1";

    private static readonly Redactor Redactor = new([Secret]);

    public static TheoryData<string> Forms => new(
        Secret,
        JsonSerializer.Serialize(Secret),
        Uri.EscapeDataString(Secret),
        "p%22ss+wo%2Frd%2B1",
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + Secret + "bc")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Secret + "c")),
        Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_secret_is_taken_out_in_every_form_in_which_it_is_printed(string form)
    {
        var text = Redactor.Redact($"before {form} after");

        text.ShouldContain(Redactor.Replacement);
        text.ShouldStartWith("before ");
        text.ShouldEndWith(" after");
        text.Length.ShouldBeLessThan($"before {form} after".Length + 10);
        text.ShouldNotContain("ss wo");
    }

    [Fact]
    public void Text_without_a_secret_stays_as_it_is() => Redactor.Redact("nothing here").ShouldBe("nothing here");

    [Fact]
    public void Values_too_short_to_be_secrets_do_not_garble_the_log() => new Redactor(["on"]).Redact("operation").ShouldBe("operation");

    [Fact]
    public void A_secret_inside_an_output_is_taken_out()
    {
        var output = JsonSerializer.SerializeToElement(new { host = "a", note = "is hunter22!" });

        new Redactor(["hunter22"]).Redact(output).GetProperty("note").GetString().ShouldBe("is [secret]!");
    }

    [Fact]
    public void An_output_that_is_the_secret_as_a_number_is_replaced_whole() =>
        new Redactor(["12345678"]).Redact(JsonSerializer.SerializeToElement(12345678)).GetString().ShouldBe("[secret]");
}
