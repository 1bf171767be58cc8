namespace CloudWorkstation.Architecture.Tests.Sizes;

/// <summary>Tasks of one service.</summary>
internal sealed record Tasks(int Count, double Vcpu, double Gigabytes)
{
    public double TotalVcpu => Count * Vcpu;

    public double TotalGigabytes => Count * Gigabytes;
}

/// <summary>What an installation of so many desktops needs and costs a month. The page tells the formulas in words.</summary>
internal sealed class Estimate(int desktops, Assumptions a, Prices p)
{
    private const double HoursAMonth = 730;
    private const double Million = 1e6;
    private const double DiskGigabytes = 30;

    public int Desktops => desktops;

    public double StartsAMinute => desktops * a.StartsAtPeakShare / a.PeakMinutes;

    public int Slots => (int)Math.Ceiling(StartsAMinute * a.OperationSeconds / 60 * a.Headroom);

    public double Connected => desktops * a.RunningShare * a.ConnectedShare;

    public double RequestsASecond => (Connected / a.ReportSeconds) + (desktops * a.RunningShare * a.RequestsPerUserAndHour / 3600) + (StartsAMinute / 60 * 10);

    public Tasks Router => new(2, desktops > 1_000 ? 2 : 0.5, desktops > 1_000 ? 4 : 1);

    public Tasks Api => Scaled(RequestsASecond / a.RequestsPerApiVcpu * a.Headroom, smallest: 0.5, largest: 2, gigabytesPerVcpu: 2);

    /// <summary>By memory or by processor, whichever asks for more.</summary>
    public Tasks Worker
    {
        get
        {
            var count = Math.Max(2, (int)Math.Ceiling(Slots / a.SlotsPerWorker));
            var perTask = Math.Ceiling((double)Slots / count);
            var cpu = StartsAMinute / 60 * a.TerraformCpuSeconds * a.Headroom / count;
            var vcpu = cpu <= 0.5 ? 0.5 : cpu <= 1 ? 1 : cpu <= 2 ? 2 : 4;
            var gigabytes = Math.Max(2 * vcpu, Math.Ceiling(perTask * a.TerraformGigabytes));
            return new Tasks(count, vcpu, gigabytes);
        }
    }

    public static Tasks Console { get; } = new(2, 0.25, 0.5);

    public Tasks Proxy => Scaled(Connected / a.SessionsPerProxyVcpu * a.Headroom, smallest: 0.5, largest: 2, gigabytesPerVcpu: 2);

    public IEnumerable<Tasks> Services => [Router, Api, Worker, Console, Proxy];

    private const double DatabaseVcpu = 2;

    public string Database => desktops > 5_000 ? "db.m7g.large" : desktops > 500 ? "db.t4g.medium" : "db.t4g.small";

    public double Vcpu => Services.Sum(t => t.TotalVcpu) + (2 * DatabaseVcpu);

    public double WriteUnitsAMonth => Operations * a.WritesPerOperation * a.UnitsPerProgressWrite;

    public double ReadUnitsAMonth =>
        (Connected / a.ReportSeconds * a.ReadsPerReport * 3600 * a.WorkHours * a.WorkDays)
        + (desktops * a.RunningShare * a.RequestsPerUserAndHour * a.ReadsPerRequest * a.WorkHours * a.WorkDays);

    /// <summary>Writes a second into the busiest partition of an index at the peak, of the 1,000 units that a partition bears.</summary>
    public double BusiestPartition => Slots / a.Headroom * a.WritesPerOperation / a.OperationSeconds * 4;

    public double Fargate => HoursAMonth * Services.Sum(t => (t.TotalVcpu * p.FargateVcpuHour) + (t.TotalGigabytes * p.FargateGigabyteHour));

    public double Store => (WriteUnitsAMonth / Million * p.WriteUnits) + (ReadUnitsAMonth / Million * p.ReadUnits)
        + (desktops / 1000.0 * a.StoredGigabytesPerThousand * (p.TableGigabyteMonth + p.RecoveryGigabyteMonth));

    /// <summary>Two zones, so everything twice.</summary>
    public double Jobs => 2 * ((HoursAMonth * (desktops > 5_000 ? p.DatabaseLargeHour : desktops > 500 ? p.DatabaseMediumHour : p.DatabaseSmallHour)) + (20 * p.DatabaseGigabyteMonth));

    public double Network
    {
        get
        {
            // A unit carries 1 GB an hour; the screens' traffic is what counts.
            var units = Math.Max(1, Connected * a.SessionGigabytesPerHour) * a.WorkHours * a.WorkDays;
            return (HoursAMonth * p.BalancerHour) + (units * p.BalancerUnitHour) + (2 * HoursAMonth * p.NatHour) + (desktops / 1000.0 * a.NatGigabytesPerThousand * p.NatGigabyte);
        }
    }

    public double Rest => (desktops / 1000.0 * a.LogGigabytesPerThousand * p.LogGigabyte) + p.KeysAndSecretsMonth;

    public double Platform => Fargate + Store + Jobs + Network + Rest;

    /// <summary>The desktops themselves, which the platform only starts and stops: running in working hours, disks kept.</summary>
    public double Machines => desktops * ((a.RunningShare * a.WorkHours * a.WorkDays * p.DesktopHour) + (DiskGigabytes * p.DiskGigabyteMonth));

    private double Operations => desktops * a.RunningShare * a.OperationsPerDesktopAndDay * a.WorkDays;

    // Never fewer than two: one may be replaced while the other serves.
    private static Tasks Scaled(double vcpu, double smallest, double largest, double gigabytesPerVcpu)
    {
        var size = vcpu / 2 <= smallest ? smallest : Math.Min(largest, vcpu / 2 <= 1 ? 1 : 2);
        return new Tasks(Math.Max(2, (int)Math.Ceiling(vcpu / size)), size, size * gigabytesPerVcpu);
    }
}
