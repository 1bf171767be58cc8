using System.Security.Cryptography;
using System.Text;

namespace CloudWorkstation.Tokens.Tests;

/// <summary>Numbers that others published: what we sign and check is the standard's algorithm, not something that only agrees with itself.</summary>
public sealed class PublishedExampleTests
{
    /// <summary>RFC 7515, appendix A.2: a JWS signed RS256, with its public key.</summary>
    private const string Modulus =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

    private const string SigningInput =
        "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string Signature =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    [Fact(Timeout = 30_000)]
    public Task The_example_of_rfc_7515_verifies_with_our_primitive()
    {
        using var key = new RsaKey("rfc7515", RSA.Create(new RSAParameters { Modulus = Keyring.FromBase64Url(Modulus), Exponent = [1, 0, 1] }));

        key.Rsa.VerifyData(Encoding.ASCII.GetBytes(SigningInput), Keyring.FromBase64Url(Signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_example_is_no_token_of_ours_because_it_names_no_key()
    {
        using var key = new RsaKey("rfc7515", RSA.Create(new RSAParameters { Modulus = Keyring.FromBase64Url(Modulus), Exponent = [1, 0, 1] }));

        Jwt.Verify($"{SigningInput}.{Signature}", _ => key, "joe", "", DateTimeOffset.UnixEpoch, out _).ShouldBe(TokenFailure.UnknownKey);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_unsecured_example_of_rfc_7519_is_refused()
    {
        const string token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";

        Keyring.Verify(token).ShouldBe(TokenFailure.Algorithm);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task The_hmac_example_of_rfc_7515_is_refused()
    {
        const string token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

        Keyring.Verify(token).ShouldBe(TokenFailure.Algorithm);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task What_we_sign_is_the_standards_compact_form()
    {
        var parts = Keyring.Session("staff").Sign(Keyring.Current).Split('.');

        parts.Length.ShouldBe(3);
        Encoding.UTF8.GetString(Keyring.FromBase64Url(parts[0])).ShouldBe("""{"alg":"RS256","typ":"JWT","kid":"key-1"}""");
        using var publicHalf = RSA.Create();
        publicHalf.ImportFromPem(Keyring.Current.PublicPem());
        publicHalf.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Keyring.FromBase64Url(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .ShouldBeTrue();
        return Task.CompletedTask;
    }
}
