using CloudWorkstation.Manager.Directories.Ldap;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>RFC 4514: any value can stand in a name and is read back as it was.</summary>
public sealed class DistinguishedNameTests
{
    private const int Timeout = 60_000;

    [Fact(Timeout = Timeout)]
    public async Task Any_value_stays_the_first_value_of_its_name_and_the_rest_stays_the_rest()
    {
        await Task.CompletedTask;
        var values = LdapFilterTests.Hostile.Where(v => v.Length > 0).ToArbitrary();
        Prop.ForAll(values, value =>
        {
            var dn = $"uid={DistinguishedName.Escape(value)},ou=people,dc=example,dc=org";
            DistinguishedName.FirstValue(dn).ShouldBe(value);
            DistinguishedName.Domain(dn).ShouldBe("example.org");
            DistinguishedName.IsOne(dn).ShouldBeTrue();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("cn=Staff,ou=groups,dc=x", "Staff")]
    [InlineData("CN=Domain Admins,CN=Users,DC=corp,DC=test", "Domain Admins")]
    [InlineData("cn=James \\\"Jim\\\" Smith\\, III,dc=x", "James \"Jim\" Smith, III")]
    [InlineData("cn=Lu\\C4\\8Di\\C4\\87", "Lučić")]
    [InlineData("cn= padded ,dc=x", "padded")]
    [InlineData("cn=a+sn=b,dc=x", "a")]
    [InlineData("nothing", null)]
    [InlineData("cn=", null)]
    public async Task The_first_value_is_read_as_the_standard_writes_it(string dn, string? value)
    {
        await Task.CompletedTask;
        DistinguishedName.FirstValue(dn).ShouldBe(value);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("people")]
    [InlineData("ou=people,")]
    [InlineData("ou=people,=x")]
    [InlineData("ou=a\nb")]
    public async Task What_is_no_name_is_told_from_one(string text)
    {
        await Task.CompletedTask;
        DistinguishedName.IsOne(text).ShouldBeFalse();
    }
}
