using System.Text.RegularExpressions;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Log lines that are not stored yet. A line gets its number when it enters, counting on from what is stored, so the numbers have no gaps
/// across attempts. Thread-safe.
/// </summary>
internal sealed partial class LogBuffer(string operation, long stored)
{
    public const int LongestLine = 4096;

    /// <summary>A provisioner that prints without end must not fill the disk; what a person reads of a log is far less.</summary>
    public const int MostOutput = 50_000;
    private const int MostLinesPerChunk = 200;
    private const int MostBytesPerChunk = 256 * 1024;
    private const int MostChunks = 12;
    private const string Cut = "… (cut)";
    private readonly Lock gate = new();
    private readonly Queue<LogLine> lines = new();
    private long last = stored;
    private bool full = stored > MostOutput;

    public int Count
    {
        get
        {
            lock (gate)
            {
                return lines.Count;
            }
        }
    }

    /// <value>Whether <see cref="Peek"/> gives everything there is.</value>
    public bool FitsOneCommit
    {
        get
        {
            lock (gate)
            {
                return Peek().Sum(c => c.Lines.Count) == lines.Count;
            }
        }
    }

    public void Add(DateTimeOffset at, string level, string text)
    {
        var clean = TerminalControl().Replace(text.Length <= LongestLine * 2 ? text : text[..(LongestLine * 2)], "");
        var cut = clean.Length <= LongestLine ? clean : clean[..(LongestLine - Cut.Length)] + Cut;
        lock (gate)
        {
            lines.Enqueue(new LogLine(++last, at, level, cut));
        }
    }

    /// <summary>What Terraform prints: as <see cref="Add"/> until the log is full; a last line says so. Our own lines always find room.</summary>
    public void AddOutput(DateTimeOffset at, string level, string text)
    {
        bool first;
        lock (gate)
        {
            first = !full && last >= MostOutput;
            full |= first;
        }

        if (first)
        {
            Add(at, "warn", $"The log has {MostOutput} lines; what Terraform prints after this is left out.");
        }
        else if (!full)
        {
            Add(at, level, text);
        }
    }

    /// <summary>The oldest lines in chunks that fit a document each; they stay until <see cref="DropThrough"/>.</summary>
    public IReadOnlyList<LogChunk> Peek()
    {
        lock (gate)
        {
            var chunks = new List<LogChunk>();
            var chunk = new List<LogLine>();
            var bytes = 0;
            foreach (var line in lines)
            {
                var size = Size(line);
                if (chunk.Count == MostLinesPerChunk || (chunk.Count > 0 && bytes + size > MostBytesPerChunk))
                {
                    chunks.Add(new LogChunk(operation, chunk[0].Sequence, chunk));
                    (chunk, bytes) = ([], 0);
                }

                if (chunks.Count == MostChunks)
                {
                    return chunks;
                }

                chunk.Add(line);
                bytes += size;
            }

            if (chunk.Count > 0)
            {
                chunks.Add(new LogChunk(operation, chunk[0].Sequence, chunk));
            }

            return chunks;
        }
    }

    /// <summary>Forgets the lines that are stored.</summary>
    public void DropThrough(long sequence)
    {
        lock (gate)
        {
            while (lines.TryPeek(out var line) && line.Sequence <= sequence)
            {
                lines.Dequeue();
            }
        }
    }

    // Colours and cursor movements are noise in a browser and dangerous in a terminal; so is every other control character but the tab.
    [GeneratedRegex(@"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0a-\x1f\x7f-\x9f]", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TerminalControl();

    // What the line takes as JSON: everything outside plain ASCII becomes an escape of six characters.
    private static int Size(LogLine line) => 100 + line.Text.Sum(c => c is >= ' ' and < (char)127 and not ('"' or '\\' or '<' or '>' or '&' or '\'' or '+' or '`') ? 1 : 6);
}
