using CloudWorkstation.Api.Auth;
using CloudWorkstation.Api.Http;
using CloudWorkstation.Api.Problems;
using CloudWorkstation.Manager.Access.Rules;
using CloudWorkstation.Manager.Directories;

namespace CloudWorkstation.Api.Directories;

/// <summary>How LDAP directories answer; their settings are the section <c>directories</c>.</summary>
public static class DirectoriesApi
{
    public static void MapDirectories(this IEndpointRouteBuilder routes)
    {
        var directories = routes.MapGroup("/directories").WithTags("Directories").Require(Permissions.PlatformManage).Refuses("forbidden");
        directories.MapGet("/health", States).Describe("ListDirectoryStates", "List how the directories answer", "As the replica that answers has seen them since its start.")
            .Answers<ListOf<DirectoryState>>(200, "In the order of the settings.");
        directories.MapPost("/test", Test).Describe("TestDirectory", "Try a directory's settings", "Connects, binds, counts people, looks for one and their groups. Nothing is stored.")
            .Takes<DirectoryTestRequest>().Answers<DirectoryTest>(200, "What each step gave; `succeeded` is false when one of them failed.");
    }

    private static async Task<IResult> States(Caller caller, IDirectoryTester tester, CancellationToken cancellationToken) =>
        (await tester.StatesAsync(caller.Actor, cancellationToken)).Match(states => Results.Ok(new ListOf<DirectoryState>(states)));

    private static async Task<IResult> Test(JsonBody<DirectoryTestRequest> body, Caller caller, IDirectoryTester tester, CancellationToken cancellationToken) =>
        (await tester.TestAsync(caller.Actor, body.Value.Directory, body.Value.UserName, cancellationToken)).Match(Results.Ok);
}

public sealed record DirectoryTestRequest
{
    /// <value>As in the settings. `bindPassword: {"set": true}` stands for the stored one of the same name and address.</value>
    public required DirectorySettings Directory { get; init; }

    /// <value>Somebody to look for.</value>
    public string? UserName { get; init; }
}
