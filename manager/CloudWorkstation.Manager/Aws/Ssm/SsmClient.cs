using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Aws.Calls;

namespace CloudWorkstation.Manager.Aws.Ssm;

internal sealed record SsmParameter(string Name, DateTimeOffset? ModifiedAt);

/// <summary>Names of parameters; never their values.</summary>
internal interface ISsm
{
    /// <summary>Every parameter below a path, page after page.</summary>
    IAsyncEnumerable<SsmParameter> ParametersAsync(string path, CancellationToken cancellationToken);

    Task DeleteParameterAsync(string name, CancellationToken cancellationToken);
}

/// <summary>SSM's parameter store, as far as the orphan sweep needs it.</summary>
internal sealed class SsmClient(string region, AwsAccess access) : AwsClient(AwsService.Ssm, region, access), ISsm
{
    private const int LargestPage = 50;

    public async IAsyncEnumerable<SsmParameter> ParametersAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var call = new JsonObject
            {
                ["ParameterFilters"] = new JsonArray(new JsonObject { ["Key"] = "Path", ["Option"] = "Recursive", ["Values"] = new JsonArray(path) }),
                ["MaxResults"] = LargestPage,
            };
            if (next is not null)
            {
                call["NextToken"] = next;
            }

            (var items, next) = await JsonAsync("DescribeParameters", call, Read, cancellationToken);
            foreach (var item in items)
            {
                yield return item;
            }
        }
        while (next is not null);
    }

    public Task DeleteParameterAsync(string name, CancellationToken cancellationToken) =>
        JsonAsync("DeleteParameter", new JsonObject { ["Name"] = name }, answer => answer.ValueKind == JsonValueKind.Object, cancellationToken);

    private static (List<SsmParameter> Items, string? Next) Read(JsonElement answer) =>
        ([.. answer.Items("Parameters").Select(p => new SsmParameter(p.Text("Name") ?? "", p.Time("LastModifiedDate")))], answer.Text("NextToken"));
}
