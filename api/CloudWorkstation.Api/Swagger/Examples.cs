using System.Collections.Frozen;
using System.Text.Json.Nodes;
using CloudWorkstation.Api.Accounts;
using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Desktops;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Orphans;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Operations;

namespace CloudWorkstation.Api.Swagger;

/// <summary>Examples for the document; a test reads each with the type it stands for.</summary>
internal static class Examples
{
    private const string Desktop = """
        {
          "id": "k3v9q2m7x1ab", "name": "My desktop", "owner": {"id": "0198f0c2a7", "userName": "ada"},
          "template": {"name": "local-vnc", "title": "Linux desktop", "version": "5d41402abc4b2a76b9719d911017c592", "outdated": false},
          "parameters": {"geometry": "1920x1080"}, "status": "provisioning", "power": "on", "activeOperation": "01k8x2v5n3c9r7t4h6j1m0q8zb",
          "connectable": false, "details": [], "createdAt": "2026-11-21T09:30:00.000Z", "updatedAt": "2026-11-21T09:30:00.000Z", "version": 1
        }
        """;

    private const string Operation = """
        {
          "id": "01k8x2v5n3c9r7t4h6j1m0q8zb", "desktop": "k3v9q2m7x1ab", "desktopName": "My desktop", "owner": "0198f0c2a7", "template": "local-vnc",
          "kind": "create", "state": "running", "attempt": 1, "requestedBy": "ada", "queuedAt": "2026-11-21T09:30:00.000Z", "startedAt": "2026-11-21T09:30:00.120Z",
          "cancelRequested": false,
          "progress": {
            "message": "Building terraform_data.session", "total": 3, "done": 1,
            "resources": [{"address": "terraform_data.session", "action": "create", "state": "running", "elapsedSeconds": 2.4}],
            "timeline": [{"name": "apply", "startedAt": "2026-11-21T09:30:00.400Z"}]
          },
          "logLength": 17
        }
        """;

    private const string Account = """
        {"id": "0198f0c2a7", "userName": "ada", "displayName": "Ada", "email": "ada@example.org", "roles": ["user"], "groups": [],
         "externalGroups": [], "sources": [], "disabled": false, "mustChangePassword": true, "secondFactor": false, "kind": "person", "createdAt": "2026-11-21T09:00:00.000Z", "version": 1}
        """;

    public static IReadOnlyDictionary<Type, string> All { get; } = new Dictionary<Type, string>
    {
        [typeof(SignInRequest)] = """{"userName": "ada", "password": "correct horse battery staple"}""",
        [typeof(TokenRequest)] = """{"userName": "ada", "password": "correct horse battery staple"}""",
        [typeof(TokenAnswer)] = """{"accessToken": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "tokenType": "Bearer", "expiresIn": 300, "refreshToken": "kq3J0x"}""",
        [typeof(ChangePasswordRequest)] = """{"currentPassword": "correct horse battery staple", "newPassword": "a longer and better one"}""",
        [typeof(CreateDesktopRequest)] = """{"template": "local-vnc", "name": "My desktop", "parameters": {"geometry": "1920x1080"}}""",
        [typeof(ChangeDesktopRequest)] = """{"state": "stopped"}""",
        [typeof(DesktopModel)] = Desktop,
        [typeof(OperationModel)] = Operation,
        [typeof(AcceptedAnswer)] = $$"""{"desktop": {{Desktop}}, "operation": {{Operation}}}""",
        [typeof(ListOf<DesktopModel>)] = $$"""{"items": [{{Desktop}}], "cursor": "eyJwIjoxfQ"}""",
        [typeof(ListOf<OperationModel>)] = $$"""{"items": [{{Operation}}]}""",
        [typeof(PlanAnswer)] = """{"changes": [{"address": "terraform_data.session", "actions": ["delete", "create"], "replacedBecauseOf": ["triggers_replace"], "losesData": false}], "destroys": true, "losesData": false}""",
        [typeof(ConnectionAnswer)] = """
            {"id": "c5z8w1y4", "url": "/desktop/k3v9q2m7x1ab/vnc", "expiresAt": "2026-11-21T09:31:00.000Z", "session": {"clipboard": "both", "files": "upload", "uploadMaximumMegabytes": 500, "sharing": "view", "recording": "off", "watermark": false, "adminWatch": "consent", "idleStopMinutes": 60}, "access": "control", "engine": "rfb", "engines": ["rfb", "guacamole"]}
            """,
        [typeof(ConnectRequest)] = """{"engine": "guacamole"}""",
        [typeof(TransferRequest)] = """{"owner": "grace", "version": 12}""",
        [typeof(BulkRequest)] = """{"action": "stop", "filter": {"owner": "*", "status": "running", "template": "local-vnc"}, "expectedCount": 12}""",
        [typeof(CreateAccountRequest)] = """{"userName": "ada", "displayName": "Ada", "email": "ada@example.org", "roles": ["user"]}""",
        [typeof(RemoveOrphansRequest)] = """{"ids": ["instance/i-0123456789abcdef0", "volume/vol-0123456789abcdef0"], "confirm": 2}""",
        [typeof(ChangeAccountRequest)] = """{"disabled": true}""",
        [typeof(AccountModel)] = Account,
        [typeof(AccountAnswer)] = $$"""{"account": {{Account}}, "generatedPassword": "tuna-lamp-orbit-92"}""",
    }.ToFrozenDictionary();

    public static JsonNode? Of(Type type) => All.TryGetValue(type, out var text) ? JsonNode.Parse(text) : null;

    public static JsonNode OfProblem(ProblemCode code) => new JsonObject
    {
        ["type"] = "urn:cloudworkstation:problem:" + code.Code,
        ["title"] = code.Title,
        ["status"] = code.Status,
        ["detail"] = code.Title + ".",
        ["code"] = code.Code,
        ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
    };
}
