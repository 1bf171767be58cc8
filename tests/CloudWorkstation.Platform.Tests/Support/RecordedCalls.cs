using System.Collections.Specialized;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace CloudWorkstation.Platform.Tests.Support;

/// <summary>What moto's recorder saw, as the actions that IAM asks for: <c>service:Action</c>.</summary>
internal static class RecordedCalls
{
    private static readonly Dictionary<string, string> Prefixes = new(StringComparer.Ordinal)
    {
        ["DynamoDB_20120810"] = "dynamodb",
        ["AmazonEC2ContainerServiceV20141113"] = "ecs",
        ["AmazonSSM"] = "ssm",
        ["TrentService"] = "kms",
        ["Logs_20140328"] = "logs",
        ["secretsmanager"] = "secretsmanager",
    };

    private static readonly Dictionary<string, string> Transactions = new(StringComparer.Ordinal)
    {
        ["ConditionCheck"] = "dynamodb:ConditionCheckItem",
        ["Put"] = "dynamodb:PutItem",
        ["Update"] = "dynamodb:UpdateItem",
        ["Delete"] = "dynamodb:DeleteItem",
    };

    public static SortedSet<string> Parse(string recording) => new(
        recording.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(r => !Uri(r).AbsolutePath.StartsWith("/moto-api", StringComparison.Ordinal)).SelectMany(Actions),
        StringComparer.Ordinal);

    /// <summary>What was done to the objects of a bucket, with what a policy's condition looks at.</summary>
    public static IReadOnlyList<(string Action, string Arn, string? Prefix)> OnBucket(string recording, string bucket) =>
    [
        .. recording.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Where(r => Uri(r).AbsolutePath.StartsWith("/" + bucket, StringComparison.Ordinal))
            .SelectMany(r => Named(r).SelectMany(arn => Actions(r).Select(action => (action, arn, HttpUtility.ParseQueryString(Uri(r).Query)["prefix"])))),
    ];

    /// <summary>Of each machine that was asked for, what it is tagged with as it is made: a role may grant only that.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, IReadOnlySet<string>>> TaggedAsMade(string recording) =>
    [
        .. recording.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => HttpUtility.ParseQueryString(Body(JsonNode.Parse(line)!)))
            .Where(form => form["Action"] == "RunInstances")
            .Select(form => Enumerable.Range(1, 9).Where(i => form[$"TagSpecification.{i}.ResourceType"] is not null).ToDictionary(
                i => form[$"TagSpecification.{i}.ResourceType"]!,
                i => (IReadOnlySet<string>)Enumerable.Range(1, 50).Select(t => form[$"TagSpecification.{i}.Tag.{t}.Key"]).OfType<string>().ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal)),
    ];

    // Many objects are deleted by one request on the bucket, which names them in its body.
    private static IEnumerable<string> Named(JsonNode request) => HttpUtility.ParseQueryString(Uri(request).Query).GetValues(null)?.Contains("delete") == true
        ? System.Xml.Linq.XDocument.Parse(Body(request)).Descendants().Where(e => e.Name.LocalName == "Key").Select(key => $"arn:aws:s3:::{Uri(request).AbsolutePath.Trim('/')}/{key.Value}")
        : [$"arn:aws:s3:::{Uri(request).AbsolutePath.Trim('/')}"];

    private static IEnumerable<string> Actions(JsonNode request)
    {
        var headers = request["headers"]!.AsObject().ToDictionary(h => h.Key, h => h.Value!.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = Body(request);
        if (headers.TryGetValue("X-Amz-Target", out var target))
        {
            return Json(target.Split('.'), body);
        }

        if (headers.GetValueOrDefault("Authorization") is { } authorization && authorization.Split('/') is [_, _, _, var service, ..])
        {
            return service == "s3" ? S3(request["method"]!.ToString(), Uri(request), headers) : Query(service, body, Uri(request));
        }

        return [$"unsigned:{request["method"]} {Uri(request).AbsolutePath}"];
    }

    private static IEnumerable<string> Json(string[] target, string body)
    {
        var (service, action) = (Prefixes[target[0]], target[1]);
        var input = JsonNode.Parse(body)!.AsObject();
        if (action == "TransactWriteItems")
        {
            return input["TransactItems"]!.AsArray().Select(item => Transactions[item!.AsObject().First().Key]);
        }

        var tagged = input.Any(member => string.Equals(member.Key, "tags", StringComparison.OrdinalIgnoreCase) && member.Value is JsonArray { Count: > 0 });
        return [$"{service}:{action}", .. tagged ? TagAction(service) : [], .. input["taskRoleArn"] is null ? Array.Empty<string>() : ["iam:PassRole"]];
    }

    private static string[] TagAction(string service) => service switch
    {
        "ecs" => ["ecs:TagResource"],
        "ssm" => ["ssm:AddTagsToResource"],
        _ => [],
    };

    private static IEnumerable<string> Query(string service, string body, Uri uri)
    {
        NameValueCollection form = HttpUtility.ParseQueryString(body.Length > 0 ? body : uri.Query);
        var names = form.AllKeys.OfType<string>().ToList();
        yield return $"{service}:{form["Action"]}";
        if (names.Exists(n => n.StartsWith("TagSpecification", StringComparison.Ordinal)))
        {
            yield return $"{service}:CreateTags";
        }

        if (names.Exists(n => n.StartsWith("IamInstanceProfile", StringComparison.Ordinal)))
        {
            yield return "iam:PassRole";
        }
    }

    // Path style: /bucket/key. HEAD needs what GET needs.
    private static IEnumerable<string> S3(string method, Uri uri, Dictionary<string, string> headers)
    {
        var isObject = uri.AbsolutePath.Trim('/').Contains('/', StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(uri.Query);
        var asked = query.AllKeys.OfType<string>().Concat(query.GetValues(null) ?? []).ToHashSet(StringComparer.Ordinal);
        yield return (method, isObject) switch
        {
            ("GET" or "HEAD", true) when asked.Contains("versionId") => "s3:GetObjectVersion",
            ("GET" or "HEAD", true) => "s3:GetObject",
            ("PUT", true) => "s3:PutObject",
            ("DELETE", true) when asked.Contains("versionId") => "s3:DeleteObjectVersion",
            ("DELETE", true) => "s3:DeleteObject",
            ("GET", false) when asked.Contains("versions") => "s3:ListBucketVersions",
            ("GET" or "HEAD", false) => "s3:ListBucket",
            ("POST", false) when asked.Contains("delete") => "s3:DeleteObject",
            _ => $"s3:{method} {uri.PathAndQuery}",
        };
        if (headers.ContainsKey("x-amz-tagging"))
        {
            yield return "s3:PutObjectTagging";
        }
    }

    private static Uri Uri(JsonNode request) => new(request["url"]!.ToString());

    private static string Body(JsonNode request)
    {
        var body = request["body"]?.ToString() ?? "";
        return request["body_encoded"]?.GetValue<bool>() == true ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body;
    }
}
