using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudWorkstation.Tests;

/// <summary>
/// A passkey in software, with the browser around it: answers WebAuthn's options as an authenticator that holds one key does. What it says about itself
/// can be bent, to play an attacker.
/// </summary>
internal sealed class SoftAuthenticator(string origin)
{
    private const byte Present = 1;
    private const byte Verified = 4;
    private const byte HasKey = 64;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] credentialId = RandomNumberGenerator.GetBytes(32);

    public string Origin { get; set; } = origin;

    /// <value>Its owner is asked for a PIN, or a finger.</value>
    public bool Verifies { get; set; } = true;

    /// <value>How often it has signed.</value>
    public uint Count { get; set; } = 1;

    /// <value>Null as for keys that do not say whose they are.</value>
    public string? UserHandle { get; set; }

    public string Id => Base64Url.EncodeToString(credentialId);

    public Made Make(string optionsJson)
    {
        var options = JsonNode.Parse(optionsJson)!;
        UserHandle = options["user"]!["id"]!.GetValue<string>();
        var authenticatorData = AuthenticatorData(options["rp"]!["id"]!.GetValue<string>(), HasKey, [.. new byte[16], 0, (byte)credentialId.Length, .. credentialId, .. CoseKey()]);
        byte[] attestation = [0xA3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xA0, .. Text("authData"), 0x59, .. BigEndian((ushort)authenticatorData.Length), .. authenticatorData];
        return new Made(Id, ClientData("webauthn.create", options), Base64Url.EncodeToString(attestation));
    }

    public Used Use(string optionsJson)
    {
        var options = JsonNode.Parse(optionsJson)!;
        Count++;
        var clientData = ClientData("webauthn.get", options);
        var data = AuthenticatorData(options["rpId"]!.GetValue<string>(), 0, []);
        byte[] signed = [.. data, .. SHA256.HashData(Base64Url.DecodeFromChars(clientData))];
        var signature = key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new Used(Id, clientData, Base64Url.EncodeToString(data), Base64Url.EncodeToString(signature), UserHandle);
    }

    private string ClientData(string type, JsonNode options) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        new JsonObject { ["type"] = type, ["challenge"] = options["challenge"]!.GetValue<string>(), ["origin"] = Origin, ["crossOrigin"] = false }.ToJsonString()));

    private byte[] AuthenticatorData(string domain, byte flags, byte[] rest) =>
        [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), (byte)(flags | Present | (Verifies ? Verified : 0)), .. BigEndian(Count), .. rest];

    // RFC 9052: EC2, ES256, P-256, and the point.
    private byte[] CoseKey()
    {
        var point = key.ExportParameters(false).Q;
        return [0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    private static byte[] Text(string text) => [(byte)(0x60 | text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] BigEndian(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] BigEndian(ushort number)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }
}

internal sealed record Made(string Id, string ClientDataJson, string AttestationObject);

internal sealed record Used(string Id, string ClientDataJson, string AuthenticatorData, string Signature, string? UserHandle);
