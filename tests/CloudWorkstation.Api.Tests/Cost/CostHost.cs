using Amazon.DynamoDBv2;
using CloudWorkstation.Api.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CloudWorkstation.Api.Tests.Cost;

/// <summary>The api on DynamoDB with a meter; a request that names an account is charged to it.</summary>
public sealed class CostHost : ApiHost
{
    internal const string Header = "X-Test-Account";

    internal MeteredClient Meter => (MeteredClient)Services.GetRequiredService<IAmazonDynamoDB>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.ConfigureTestServices(services =>
        {
            if (TestStore.IsDynamoDb)
            {
                services.Replace(ServiceDescriptor.Singleton<IAmazonDynamoDB>(_ => new MeteredClient()));
            }

            services.AddSingleton<IStartupFilter, Accounts>();
        });
    }

    private sealed class Accounts : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((HttpContext context, RequestDelegate inner) =>
            {
                MeteredClient.Account.Value = context.Request.Headers.TryGetValue(Header, out var account) ? account.ToString() : "other requests";
                return inner(context);
            });
            next(app);
        };
    }
}
