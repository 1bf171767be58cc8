namespace CloudWorkstation.Benchmarks.Tunnel.Load;

/// <summary>What a session of the benchmark does after its handshake.</summary>
internal enum LoadKind : byte
{
    Download = 1,
    Upload = 2,
    Echo = 3,
}
