using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CloudWorkstation.Manager.Recordings;
using CloudWorkstation.Manager.Recordings.Chunks;
using CloudWorkstation.Manager.Tests.Parts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudWorkstation.Manager.Tests.Recordings;

/// <summary>A bucket of moto's as infra/aws makes it: without versions. Between the manager's client and it a test can put what S3 may do wrong.</summary>
internal sealed class RecordingBucket : IDisposable
{
    private const string Region = "eu-central-1";
    private readonly Uri endpoint;

    private RecordingBucket(Uri endpoint)
    {
        this.endpoint = endpoint;
        Name = $"recordings-{Guid.NewGuid():n}";
        Options = new RecordingOptions { Bucket = Name, Region = Region };
        S3 = Client(null);
        Between = Client(new Faulty(this));
    }

    public string Name { get; }

    public RecordingOptions Options { get; }

    /// <value>Straight to moto.</value>
    public AmazonS3Client S3 { get; }

    /// <value>What the manager uses.</value>
    public AmazonS3Client Between { get; }

    /// <value>Asked before each of the manager's requests; an answer goes back instead of moto's.</value>
    public Func<HttpRequestMessage, Task<HttpResponseMessage?>> Before { get; set; } = _ => Task.FromResult<HttpResponseMessage?>(null);

    /// <value>Asked when moto has answered.</value>
    public Func<HttpRequestMessage, HttpResponseMessage, HttpResponseMessage> After { get; set; } = (_, answer) => answer;

    public static async Task<RecordingBucket> CreateAsync(SharedMoto moto, bool exists = true)
    {
        var bucket = new RecordingBucket((await moto.ServerAsync()).Endpoint);
        if (exists)
        {
            await bucket.MakeAsync();
        }

        return bucket;
    }

    public Task MakeAsync() => S3.PutBucketAsync(new PutBucketRequest { BucketName = Name, BucketRegionName = Region }, CancellationToken.None);

    public TestManager Manager(TimeProvider? time = null) => new(
        time: time,
        settings: new Dictionary<string, string?> { ["Recordings:Bucket"] = Name, ["Recordings:Region"] = Region },
        configure: services => services.AddSingleton(s => new ChunkStores([Store(s.GetRequiredService<TimeProvider>()), new FileChunks(s.GetRequiredService<DataPaths>())])));

    public S3Chunks Store(TimeProvider? time = null) => new(Between, Options, time ?? TimeProvider.System);

    public async Task<IReadOnlyList<string>> KeysAsync() =>
        [.. ((await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Name }, CancellationToken.None)).S3Objects ?? []).Select(o => o.Key)];

    public async Task<byte[]> BytesAsync(string key)
    {
        using var answer = await S3.GetObjectAsync(Name, key, CancellationToken.None);
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content, CancellationToken.None);
        return content.ToArray();
    }

    /// <summary>From now on S3 answers such requests so; null lets them through again.</summary>
    public void Refuse(HttpMethod method, HttpStatusCode status, string code, int times = int.MaxValue) => Before = request =>
        Task.FromResult(request.Method == method && times-- > 0 ? Refusal(status, code) : null);

    public void Heal() => Before = _ => Task.FromResult<HttpResponseMessage?>(null);

    public static bool IsChunk(HttpRequestMessage request) => request.Method == HttpMethod.Put && request.RequestUri!.AbsolutePath.Split('/')[^1].All(char.IsAsciiDigit);

    public static HttpResponseMessage Refusal(HttpStatusCode status, string code) => new(status)
    {
        Content = new StringContent($"<Error><Code>{code}</Code><Message>as the test wants it</Message><RequestId>R1</RequestId></Error>", Encoding.UTF8, "application/xml"),
    };

    public void Dispose()
    {
        S3.Dispose();
        Between.Dispose();
    }

    private AmazonS3Client Client(HttpClientFactory? http)
    {
        var configuration = new AmazonS3Config
        {
            ServiceURL = endpoint.AbsoluteUri,
            AuthenticationRegion = Region,
            ForcePathStyle = true,
            MaxErrorRetry = 3,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (http is not null)
        {
            configuration.HttpClientFactory = http;
        }

        return new AmazonS3Client(new BasicAWSCredentials("test", "test"), configuration);
    }

    private sealed class Faulty(RecordingBucket bucket) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(bucket));

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;

        public override string? GetConfigUniqueString(IClientConfig clientConfig) => bucket.Name;
    }

    private sealed class Handler(RecordingBucket bucket) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            await bucket.Before(request) is { } instead ? WithRequest(instead, request) : bucket.After(request, await base.SendAsync(request, cancellationToken));

        private static HttpResponseMessage WithRequest(HttpResponseMessage answer, HttpRequestMessage request)
        {
            answer.RequestMessage = request;
            return answer;
        }
    }
}
