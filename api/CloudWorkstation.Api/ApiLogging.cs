namespace CloudWorkstation.Api;

/// <summary>What the process says: one line of JSON each in production, plain words in development.</summary>
public static class ApiLogging
{
    public static ILoggingBuilder AddApiLogging(this ILoggingBuilder logging, IHostEnvironment environment)
    {
        logging.ClearProviders();

        // Frameworks tell of every request and every poll; what the product does is said by the product.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        return environment.IsProduction()
            ? logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            })
            : logging.AddSimpleConsole(options => options.SingleLine = true);
    }
}
