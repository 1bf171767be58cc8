using System.IO.Enumeration;
using System.Text.Json;
using Amazon.S3;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Platform.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace CloudWorkstation.Platform.Tests;

/// <summary>The bucket that infra/aws makes is one that recordings can be kept in, by the api and nobody else, and that forgets what it is told to.</summary>
public sealed class RecordingBucketTests(AppliedPlatform platform)
{
    private const string Id = "01kaaaaaaaaaaaaaaaaaaaaaaa";

    private string Arn => $"arn:aws:s3:::{platform.RecordingsBucket}";

    [Fact(Timeout = 600_000)]
    public async Task A_recordings_whole_life_needs_what_the_apis_role_grants_on_the_bucket_and_nothing_is_left_of_it()
    {
        var token = TestContext.Current.CancellationToken;
        using var recorder = new HttpClient { BaseAddress = platform.Moto.Endpoint };
        await Recorder.StartAsync(recorder, token);
        var store = (IChunkStore)RecordingServices.Place(Settings()).Place;
        (await store.CheckAsync(token)).ShouldBeNull();
        for (var number = 0u; number < 3; number++)
        {
            (await store.WriteAsync(Id, number, new[] { (byte)number }, token)).ShouldBeTrue();
        }

        (await store.WriteAsync(Id, 1, new byte[] { 1 }, token)).ShouldBeTrue("the same again");
        (await store.ReadAsync(Id, 2, int.MaxValue, token)).ShouldBe([2]);
        (await store.LookAsync(Id, token)).Count.ShouldBe(3u);
        (await store.ListAsync(token).ToListAsync(token)).ShouldBe([Id]);
        using var s3 = Client();
        (await s3.GetObjectMetadataAsync(platform.RecordingsBucket, $"recordings/{Id}/00000000", token)).ServerSideEncryptionKeyManagementServiceKeyId.ShouldBe(Key);
        await store.DeleteAsync(Id, token);
        ((await s3.ListVersionsAsync(platform.RecordingsBucket, token)).Versions ?? []).ShouldBeEmpty("no version and no marker");
        var calls = RecordedCalls.OnBucket(await Recorder.DownloadAsync(recorder, token), platform.RecordingsBucket).Where(c => c.Action != "s3:ListBucketVersions").Distinct().ToList();

        var statements = platform.Grants[$"cws-{AppliedPlatform.Name}-api"].Statements.Where(s => Grants.Texts(s.GetProperty("Resource")).Any(r => r.StartsWith(Arn, StringComparison.Ordinal))).ToList();
        calls.Where(c => !statements.Exists(s => Allows(s, c))).ShouldBeEmpty("the api does this, and its role does not grant it");
        statements.SelectMany(s => Grants.Texts(s.GetProperty("Action"))).Order(StringComparer.Ordinal)
            .ShouldBe(calls.Select(c => c.Action).Distinct().Order(StringComparer.Ordinal), "the role grants what the api does, and no more");
    }

    [Fact(Timeout = 600_000)]
    public async Task Nobody_but_the_api_reaches_it()
    {
        await Task.Yield();
        platform.Grants.Where(g => g.Value.Statements.Any(s => Grants.Texts(s.GetProperty("Resource")).Any(r => r.StartsWith(Arn, StringComparison.Ordinal)))).Select(g => g.Key)
            .ShouldBe([$"cws-{AppliedPlatform.Name}-api"]);
    }

    [Fact(Timeout = 600_000)]
    public async Task What_is_not_there_is_said_to_be_missing_and_not_forbidden()
    {
        await Task.Yield();

        // S3 answers 404 only to who may list; it asks that without a prefix, so a condition on the prefix must bear its absence.
        var listings = platform.Grants.SelectMany(g => g.Value.Statements).Where(s => Grants.Texts(s.GetProperty("Action")).Contains("s3:ListBucket")).ToList();
        listings.Count.ShouldBeGreaterThan(2);
        listings.ShouldAllBe(s => s.GetProperty("Condition").EnumerateObject().Single().Name == "StringLikeIfExists");
    }

    [Fact(Timeout = 600_000)]
    public async Task It_is_as_it_was_written()
    {
        var token = TestContext.Current.CancellationToken;
        using var s3 = Client();
        (await s3.GetBucketVersioningAsync(platform.RecordingsBucket, token)).VersioningConfig.Status.ShouldNotBe(VersionStatus.Enabled);
        var encryption = (await s3.GetBucketEncryptionAsync(new() { BucketName = platform.RecordingsBucket }, token)).ServerSideEncryptionConfiguration.ServerSideEncryptionRules.Single();
        (encryption.ServerSideEncryptionByDefault.ServerSideEncryptionKeyManagementServiceKeyId, encryption.BucketKeyEnabled).ShouldBe((Key, true));
        var rule = (await s3.GetLifecycleConfigurationAsync(platform.RecordingsBucket, token)).Configuration.Rules.Single();
        (rule.Status.Value, rule.Expiration.Days, rule.AbortIncompleteMultipartUpload.DaysAfterInitiation).ShouldBe(("Enabled", new RecordingOptions().LongestDays + 31, 1));
    }

    private string Key => JsonDocument.Parse(platform.Facts).RootElement.GetProperty("kms_key").GetString()!;

    private static bool Allows(JsonElement statement, (string Action, string Arn, string? Prefix) call) =>
        Grants.Texts(statement.GetProperty("Action")).Contains(call.Action)
        && Grants.Texts(statement.GetProperty("Resource")).Any(r => FileSystemName.MatchesSimpleExpression(r, call.Arn, ignoreCase: false))
        && (call.Prefix is null || !statement.TryGetProperty("Condition", out var condition)
            || Grants.Texts(condition.GetProperty("StringLikeIfExists").GetProperty("s3:prefix")).Any(p => FileSystemName.MatchesSimpleExpression(p, call.Prefix, ignoreCase: false)));

    private IConfiguration Settings() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Recordings:Bucket"] = platform.RecordingsBucket,
        ["Recordings:Prefix"] = "recordings",
        ["Recordings:KmsKey"] = Key,
    }).Build();

    private AmazonS3Client Client() => new(new AmazonS3Config { ServiceURL = platform.Moto.Endpoint.AbsoluteUri, AuthenticationRegion = "eu-central-1", ForcePathStyle = true });
}
