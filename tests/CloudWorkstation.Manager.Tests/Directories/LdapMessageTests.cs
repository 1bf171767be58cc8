using System.Formats.Asn1;
using CloudWorkstation.Manager.Directories.Ldap;
using FsCheck;
using FsCheck.Fluent;

namespace CloudWorkstation.Manager.Tests.Directories;

/// <summary>Whatever a server sends is understood or refused; it never throws anything else and never takes more memory than it has bytes.</summary>
public sealed class LdapMessageTests
{
    private const int Timeout = 60_000;

    // Message 2: an entry cn=a with cn: [a], and message 3: a result with a page's cookie.
    private static readonly byte[] Entry = Convert.FromHexString("02010264130404636e3d61300b30090402636e3103040161");
    private static readonly byte[] Done = Convert.FromHexString("02010365070a010004000400a02b30290416312e322e3834302e3131333535362e312e342e333139040f300d02010004086162636465666768");

    [Fact(Timeout = Timeout)]
    public async Task A_result_is_read_with_the_cookie_of_the_next_page()
    {
        await Task.CompletedTask;
        var message = LdapMessage.Parse(Done);

        (message.Id, message.IsResult).ShouldBe((3, true));
        message.ReadResult().ShouldBe(new LdapResult(LdapCode.Success, ""));
        message.Cookie.ShouldBe("abcdefgh"u8.ToArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task An_entry_is_read_with_its_attributes_in_any_case()
    {
        await Task.CompletedTask;
        var entry = LdapMessage.Parse(Entry).ReadEntry().ShouldNotBeNull();

        (entry.Dn, entry.Text("CN"), entry.Text("sn")).ShouldBe(("cn=a", "a", null));
    }

    [Fact(Timeout = Timeout)]
    public async Task Changed_and_cut_messages_are_understood_or_refused()
    {
        await Task.CompletedTask;
        var cases = from source in Gen.Elements(Entry, Done)
                    from length in Gen.Choose(0, source.Length)
                    from at in Gen.Choose(0, source.Length - 1)
                    from value in Gen.Choose(0, 255)
                    select Changed(source, length, at, (byte)value);
        Prop.ForAll(cases.ToArbitrary(), Read).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact(Timeout = Timeout)]
    public async Task Rubbish_is_refused()
    {
        await Task.CompletedTask;
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), Read).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("3084ffffffff")]
    [InlineData("308401000000")]
    [InlineData("3085010000000000")]
    [InlineData("3080")]
    [InlineData("485454502f312e3120343030")]
    public async Task A_message_that_is_too_large_or_none_is_refused_before_it_is_read(string sent)
    {
        using var stream = new MemoryStream(Convert.FromHexString(sent));

        await Should.ThrowAsync<AsnContentException>(() => LdapMessage.ReadAsync(stream, TestContext.Current.CancellationToken));
    }

    private static byte[] Changed(byte[] source, int length, int at, byte value)
    {
        var copy = source.ToArray();
        copy[at] = value;
        return at % 2 == 0 ? copy : copy[..length];
    }

    private static void Read(byte[] content)
    {
        try
        {
            var message = LdapMessage.Parse(content);
            if (message.IsResult)
            {
                message.ReadResult();
            }
            else
            {
                message.ReadEntry();
            }
        }
        catch (AsnContentException)
        {
            // Refused.
        }
    }
}
