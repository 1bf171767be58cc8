using CloudWorkstation.Launcher.Data;

namespace CloudWorkstation.Launcher.Tests;

/// <summary>A data directory that goes away with the test.</summary>
public sealed class TemporaryData : IDisposable
{
    private readonly DirectoryInfo _above = Directory.CreateTempSubdirectory("cws-launcher-");

    public TemporaryData() => Data = DataDirectory.At(Path.Combine(_above.FullName, "data"));

    public DataDirectory Data { get; }

    public TemporaryData Prepared()
    {
        Data.Prepare();
        return this;
    }

    public void Dispose() => _above.Delete(recursive: true);
}
