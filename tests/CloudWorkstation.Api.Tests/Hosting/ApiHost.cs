using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudWorkstation.Manager.Terraform;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

[assembly: CaptureConsole]
[assembly: AssemblyFixture(typeof(CloudWorkstation.Api.Tests.Hosting.ApiHost))]

namespace CloudWorkstation.Api.Tests.Hosting;

/// <summary>
/// The whole api on a free loopback port, over the real manager on a store of its own (<see cref="TestStore"/>). Only Terraform and the screens are
/// stand-ins.
/// </summary>
public class ApiHost : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Password = "a passphrase for tests";

    private int users;
    private IEnumerable<KeyValuePair<string, string>> store = [];

    public string Data { get; } = Directory.CreateTempSubdirectory("cws-api-").FullName;

    public RfbStub Screen { get; } = new();

    public ScriptedTerraform Terraform { get; }

    public Uri Address { get; private set; } = null!;

    public TestUser Admin { get; private set; } = null!;

    public string InternalKey => File.ReadAllText(Path.Combine(Data, "keys", "internal.key")).Trim();

    public ApiHost() => Terraform = new ScriptedTerraform(Screen);

    protected virtual IEnumerable<KeyValuePair<string, string>> Settings => [];

    /// <value>Whether the start makes an administrator.</value>
    protected virtual bool HasFirstAdmin => true;

    public async ValueTask InitializeAsync()
    {
        TestTemplates.Write(Path.Combine(Data, "offered"));
        store = await TestStore.SettingsAsync();
        UseKestrel(0);
        StartServer();
        Address = ClientOptions.BaseAddress;
        if (!HasFirstAdmin)
        {
            return;
        }

        var first = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Data, "first-admin.json")))!;
        Admin = await SignInAsync(first["userName"]!.GetValue<string>(), first["password"]!.GetValue<string>());
    }

    /// <summary>A client that follows nothing, keeps no cookies, and fails the test when an answer is one the endpoint does not declare.</summary>
    public HttpClient NewClient() => new(new DeclaredAnswersOnly(new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
    }))
    {
        BaseAddress = Address,
        Timeout = TimeSpan.FromSeconds(45),
    };

    public async Task<TestUser> NewUserAsync(params string[] roles)
    {
        var name = $"user{Interlocked.Increment(ref users)}";
        var created = await Admin.Client.PostAsJsonAsync(
            "/api/v1/accounts", new { userName = name, password = Password, roles = roles.Length == 0 ? ["user"] : roles });
        created.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return await SignInAsync(name, Password);
    }

    public async Task<TestUser> SignInAsync(string userName, string password)
    {
        var client = NewClient();
        var answer = await client.PostAsJsonAsync("/auth/token", new { userName, password });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["accessToken"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var me = (await client.GetFromJsonAsync<JsonNode>("/api/v1/me"))!;
        return new TestUser(client, token, me["id"]!.GetValue<string>(), userName);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Screen.DisposeAsync();
        Directory.Delete(Data, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Data", Data);
        builder.UseSetting("Templates", Path.Combine(Data, "offered"));
        builder.UseSetting("Accounts:PasswordIterations", "1000");
        builder.UseSetting("Rate:SignInPerAddress", "100000");
        builder.UseSetting("Terraform:Binary", Environment.ProcessPath!);
        foreach (var (name, value) in store.Concat(Settings))
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<ITerraformRunner>(Terraform));
            services.AddTestStore();
            services.AddSingleton<IStartupFilter, UndeclaredAnswers>();
        });
    }
}

/// <summary>Somebody who is signed in as a REST client.</summary>
public sealed record TestUser(HttpClient Client, string Token, string Id, string Name);
