namespace CloudWorkstation.Architecture.Tests.Sizes;

/// <summary>What the sizes rest on; every member is a row of the table in infra/sizes.md. Measured where it says so there.</summary>
internal sealed record Assumptions
{
    public double RunningShare { get; init; } = 0.6;
    public double StartsAtPeakShare { get; init; } = 0.25;
    public double PeakMinutes { get; init; } = 15;
    public double OperationSeconds { get; init; } = 60;
    public double OperationsPerDesktopAndDay { get; init; } = 2;
    public double WorkDays { get; init; } = 22;
    public double WorkHours { get; init; } = 9;
    public double ConnectedShare { get; init; } = 0.5;
    public double TerraformCpuSeconds { get; init; } = 6;
    public double TerraformGigabytes { get; init; } = 1;
    public double Headroom { get; init; } = 1.3;
    public double SlotsPerWorker { get; init; } = 8;
    public double RequestsPerApiVcpu { get; init; } = 300;
    public double SessionsPerProxyVcpu { get; init; } = 400;
    public double ReportSeconds { get; init; } = 5;
    public double ReadsPerReport { get; init; } = 4;
    public double RequestsPerUserAndHour { get; init; } = 60;
    public double ReadsPerRequest { get; init; } = 5;
    public double WritesPerOperation { get; init; } = 30;
    public double UnitsPerProgressWrite { get; init; } = 37;
    public double StoredGigabytesPerThousand { get; init; } = 0.5;
    public double LogGigabytesPerThousand { get; init; } = 10;
    public double SessionGigabytesPerHour { get; init; } = 0.15;
    public double NatGigabytesPerThousand { get; init; } = 20;
}

/// <summary>US dollars, us-east-1, on demand; every member is a row of the price table.</summary>
internal sealed record Prices
{
    public double FargateVcpuHour { get; init; } = 0.04048;
    public double FargateGigabyteHour { get; init; } = 0.004445;
    public double WriteUnits { get; init; } = 0.625;
    public double ReadUnits { get; init; } = 0.125;
    public double TableGigabyteMonth { get; init; } = 0.25;
    public double RecoveryGigabyteMonth { get; init; } = 0.20;
    public double DatabaseSmallHour { get; init; } = 0.032;
    public double DatabaseMediumHour { get; init; } = 0.065;
    public double DatabaseLargeHour { get; init; } = 0.168;
    public double DatabaseGigabyteMonth { get; init; } = 0.115;
    public double BalancerHour { get; init; } = 0.0225;
    public double BalancerUnitHour { get; init; } = 0.008;
    public double NatHour { get; init; } = 0.045;
    public double NatGigabyte { get; init; } = 0.045;
    public double LogGigabyte { get; init; } = 0.50;
    public double KeysAndSecretsMonth { get; init; } = 6;
    public double DesktopHour { get; init; } = 0.0416;
    public double DiskGigabyteMonth { get; init; } = 0.08;
}
