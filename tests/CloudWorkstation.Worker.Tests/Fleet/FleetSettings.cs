using System.Globalization;

namespace CloudWorkstation.Worker.Tests.Fleet;

internal static class FleetSettings
{
    public static Dictionary<string, string> Of(SleepingTerraform terraform, int slots) => new(StringComparer.Ordinal)
    {
        ["CWS_TEMPLATES"] = terraform.Templates,
        ["CWS_TERRAFORM__BINARY"] = terraform.Binary,
        ["CWS_TERRAFORM__ORPHANGRACE"] = "00:00:01",
        ["CWS_JOBS__SLOTS"] = slots.ToString(CultureInfo.InvariantCulture),
        ["CWS_QUOTA__PERUSER"] = "1000",
        ["CWS_RATE__PERSESSION"] = "100000",
        ["CWS_RATE__PERACCOUNT"] = "100000",
        ["CWS_RATE__OPERATIONSPERACCOUNT"] = "1000000",
    };
}
