using System.Globalization;
using CloudWorkstation.Worker.Tests.Parts;

namespace CloudWorkstation.Worker.Tests.Fleet;

/// <summary>One apply as the stand-in noted it.</summary>
/// <param name="Desktop">Whose.</param>
/// <param name="Begun">Seconds since 1970.</param>
/// <param name="Ended">Null when it was cut off.</param>
internal sealed record NotedRun(string Desktop, double Begun, double? Ended);

/// <summary>
/// Stands in for Terraform: an apply sleeps and says that all is well. It is a shell script, because a fleet starts hundreds. Every run notes
/// its begin and its end, and whether another run of the same desktop was alive meanwhile, which must never be.
/// </summary>
internal sealed class SleepingTerraform : IDisposable
{
    public const string Template = "fleet";

    private const string Script =
        """
        #!/bin/sh
        case "$*" in
          version*) echo '{"terraform_version":"1.11.4","platform":"linux_amd64"}'; exit 0 ;;
          init*|*" init "*) exit 0 ;;
        esac
        id=${PWD##*/}
        lock='$NOTES/'$id.running
        if [ -e "$lock" ] && kill -0 "$(cat "$lock")" 2>/dev/null; then echo "twice $id $(date +%s.%N)" >>'$NOTES/notes'; fi
        echo $$ >"$lock"
        echo "begin $id $(date +%s.%N)" >>'$NOTES/notes'
        trap 'rm -f "$lock"; exit 1' INT TERM
        sleep $SECONDS & wait $!
        echo '{"@level":"info","@message":"Outputs: 1","@module":"terraform.ui","@timestamp":"2026-01-01T00:00:00Z","type":"outputs","outputs":{"connection":{"sensitive":false,"type":["object",{"host":"string","port":"number"}],"value":{"host":"127.0.0.1","port":$PORT}}}}'
        echo "end $id $(date +%s.%N)" >>'$NOTES/notes'
        rm -f "$lock"
        """;

    private readonly ScreenedTemplate _template = new(Template, perUser: 1000);

    public SleepingTerraform(TimeSpan apply)
    {
        _template.Write("""resource "terraform_data" "desktop" {}""");
        var script = Script.Replace("$NOTES", _template.Directory, StringComparison.Ordinal)
            .Replace("$SECONDS", apply.TotalSeconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$PORT", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        File.WriteAllText(Binary, script);
        File.SetUnixFileMode(Binary, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Templates => _template.Templates;

    public string Binary => Path.Combine(_template.Directory, "terraform");

    /// <value>Answers as the screen of every desktop.</value>
    public int Port => _template.Port;

    /// <value>How often two runs of one desktop were alive at the same time.</value>
    public int Twice => Notes().Count(note => note[0] == "twice");

    /// <value>Every apply, in the order of their begins.</value>
    public IReadOnlyList<NotedRun> Runs()
    {
        List<NotedRun> runs = [];
        foreach (var note in Notes())
        {
            // What asks for the time is stopped together with the rest: then a note has none.
            _ = double.TryParse(note[2], CultureInfo.InvariantCulture, out var at);
            if (note[0] == "begin")
                runs.Add(new NotedRun(note[1], at, null));
            else if (note[0] == "end" && runs.FindLastIndex(run => run.Desktop == note[1]) is >= 0 and var index)
                runs[index] = runs[index] with { Ended = at };
        }

        return runs;
    }

    public void Forget() => File.Delete(NotesFile);

    public void Dispose() => _template.Dispose();

    private string NotesFile => Path.Combine(_template.Directory, "notes");

    private IEnumerable<string[]> Notes() => File.Exists(NotesFile) ? File.ReadAllLines(NotesFile).Select(line => line.Split(' ')).Where(note => note.Length == 3) : [];
}
