using System.Formats.Asn1;
using System.Text;
using CloudWorkstation.Manager.Directories.Ldap;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>No value can change what is asked (RFC 4515, RFC 4511 section 4.5.1).</summary>
public sealed class LdapFilterTests
{
    private const int Timeout = 60_000;
    private const string Template = "(&(objectClass=person)(|(uid={user})(mail={user}@example.org)))";

    // Mostly what means something in a filter or in a name, so that few tries find what many random texts would not.
    internal static Gen<string> Hostile { get; } = Gen.Elements("*()\\|&!=~<>{}:;,+\"#/ \0\n\t aZ0é漢\u202e".ToCharArray()).ArrayOf().Select(c => new string(c))
        .Or(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get))
        .Where(s => !HasLoneSurrogate(s));

    [Fact(Timeout = Timeout)]
    public async Task Whatever_is_typed_stays_one_value_in_an_unchanged_filter() => await HoldsAsync(typed =>
    {
        var all = (LdapFilter.Set)LdapFilter.Parse(Template, ("user", typed));
        var either = (LdapFilter.Set)all.Filters[1];
        all.Filters.Count.ShouldBe(2);
        either.Filters.Count.ShouldBe(2);
        ((LdapFilter.Comparison)either.Filters[0]).Value.ShouldBe(Encoding.UTF8.GetBytes(typed));
        ((LdapFilter.Comparison)either.Filters[1]).Value.ShouldBe(Encoding.UTF8.GetBytes(typed + "@example.org"));
    });

    [Fact(Timeout = Timeout)]
    public async Task Escaped_into_the_text_a_value_means_the_same_as_put_into_the_tree() => await HoldsAsync(typed =>
    {
        var text = Template.Replace("{user}", LdapFilter.Escape(Encoding.UTF8.GetBytes(typed)), StringComparison.Ordinal);

        Encode(LdapFilter.Parse(text)).ShouldBe(Encode(LdapFilter.Parse(Template, ("user", typed))));
    });

    [Fact(Timeout = Timeout)]
    public async Task The_text_of_a_filter_reads_back_as_the_same_filter() => await HoldsAsync(typed =>
    {
        var filter = LdapFilter.Parse("(|(!(a={user}))(b>={user})(c:dn:1.2.3:={user}))", ("user", typed));

        Encode(LdapFilter.Parse(filter.ToString())).ShouldBe(Encode(filter));
    });

    [Fact(Timeout = Timeout)]
    public async Task What_is_escaped_is_plain_text_of_safe_characters() => await HoldsAsync(typed =>
        LdapFilter.Escape(Encoding.UTF8.GetBytes(typed)).All(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('(' or ')' or '*')).ShouldBeTrue());

    [Theory(Timeout = Timeout)]
    [InlineData("(cn=Babs Jensen)")]
    [InlineData("(!(cn=Tim Howes))")]
    [InlineData("(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))")]
    [InlineData("(o=univ*of*mich*)")]
    [InlineData("(cn=*)")]
    [InlineData("(age>=21)")]
    [InlineData("(age<=21)")]
    [InlineData("(cn~=jens)")]
    [InlineData("(cn:caseExactMatch:=Fred Flintstone)")]
    [InlineData("(sn:dn:2.4.6.8.10:=Barney Rubble)")]
    [InlineData("(:1.2.3:=Wilma Flintstone)")]
    [InlineData("(member:1.2.840.113556.1.4.1941:=cn=x,dc=y)")]
    [InlineData("(o=Parens R Us \\28for all your parenthetical needs\\29)")]
    public async Task A_filter_of_the_standard_is_read_and_written_the_same(string text)
    {
        await Task.CompletedTask;
        LdapFilter.Parse(text).ToString().ShouldBe(text);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("uid=x")]
    [InlineData("(uid=x")]
    [InlineData("(uid=x))")]
    [InlineData("(&)")]
    [InlineData("(|(uid=x)")]
    [InlineData("(uid=x)(cn=y)")]
    [InlineData("(=x)")]
    [InlineData("(u id=x)")]
    [InlineData("(uid=a(b)")]
    [InlineData("(uid=\\zz)")]
    [InlineData("(uid=\\2)")]
    [InlineData("(uid={name})")]
    [InlineData("(uid={user)")]
    [InlineData("(uid=a**b)")]
    [InlineData("(age>=*)")]
    [InlineData("(:=x)")]
    public async Task What_is_no_filter_is_refused_with_the_place(string text)
    {
        await Task.CompletedTask;
        Should.Throw<FormatException>(() => LdapFilter.Parse(text, ("user", "x"))).Message.ShouldContain("expected");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_filter_has_a_greatest_depth()
    {
        await Task.CompletedTask;
        Should.Throw<FormatException>(() => LdapFilter.Parse(string.Concat(Enumerable.Repeat("(!", 1000)) + "(a=b)" + new string(')', 1000))).Message.ShouldContain("deep");
    }

    [Fact(Timeout = Timeout)]
    public async Task Where_anybody_is_meant_a_comparison_asks_only_whether_there_is_a_value()
    {
        await Task.CompletedTask;
        LdapFilter.Parse(Template, ("user", LdapValue.Anything)).ToString().ShouldBe("(&(objectClass=person)(|(uid=*)(mail=*)))");
    }

    [Fact(Timeout = Timeout)]
    public async Task The_bytes_on_the_wire_are_those_of_the_standard()
    {
        await Task.CompletedTask;
        Convert.ToHexStringLower(Encode(LdapFilter.Parse("(&(cn=ab)(sn=a*b)(o=*))"))).ShouldBe("a01ba3080402636e04026162a40c0402736e300680016182016287016f");
    }

    private static byte[] Encode(LdapFilter filter)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        filter.Write(writer);
        return writer.Encode();
    }

    private static async Task HoldsAsync(Action<string> property)
    {
        await Task.CompletedTask;
        Prop.ForAll(Hostile.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    private static bool HasLoneSurrogate(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text;
}
