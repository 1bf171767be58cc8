namespace CloudWorkstation.Launcher.Supervision;

/// <summary>What a service prints, kept within bounds: the current file and one older, each at most <paramref name="limit"/> bytes.</summary>
public sealed class RotatingLog(string path, long limit = RotatingLog.DefaultLimit) : IDisposable
{
    public const long DefaultLimit = 8 * 1024 * 1024;

    private readonly Lock _gate = new();
    private StreamWriter? _writer;
    private long _written;

    public string Path => path;

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            try
            {
                _writer ??= Open();
                _writer.WriteLine(line);
                _written += line.Length + 1;
                if (_written >= limit)
                    Rotate();
            }
            catch (IOException)
            {
                // A full disk must not take the service down with its log; the next line tries again.
                _writer = null;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Close();
        }
    }

    /// <summary>The last lines, for a person whose service would not start.</summary>
    public static IReadOnlyList<string> Tail(string path, int lines) =>
        File.Exists(path) ? [.. File.ReadLines(path).TakeLast(lines)] : [];

    private StreamWriter Open()
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        _written = stream.Length;
        return new StreamWriter(stream) { AutoFlush = true };
    }

    private void Rotate()
    {
        Close();
        File.Move(path, path + ".1", overwrite: true);
    }

    private void Close()
    {
        try
        {
            _writer?.Dispose();
        }
        catch (IOException)
        {
            // Nothing buffered is worth more than ending in order.
        }

        _writer = null;
    }
}
