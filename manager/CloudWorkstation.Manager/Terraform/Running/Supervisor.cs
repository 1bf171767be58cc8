using System.Globalization;

namespace CloudWorkstation.Manager.Terraform.Running;

/// <summary>
/// A few lines of shell between the worker and Terraform, in a session and process group of their own, that end Terraform when the
/// worker dies, by kill -9 too. PR_SET_PDEATHSIG is not it: it fires when the *thread* that started the process ends, and thread-pool
/// threads end whenever the runtime likes. A pipe whose write end only the worker holds closes exactly when the worker is gone.
/// </summary>
internal static class Supervisor
{
    /// <remarks>
    /// The watcher is started in the background of a shell without job control, so SIGINT does not reach it. It reads Terraform's output
    /// from then on (fd 4 and 5 are the read ends of the worker's own pipes, held open so that they never break): Go programs die of
    /// SIGPIPE, and Terraform would die before it had written its state. At the end, what is left of the group ends with Terraform;
    /// whatever a template wants to outlive the run starts its own session (setsid).
    /// </remarks>
    private const string Script =
        """
        grace=$1
        shift
        exec 3<&0 4</proc/self/fd/1 5</proc/self/fd/2 </dev/null
        (
          exec >/dev/null 2>&1
          read -r _ <&3
          cat <&4 &
          cat <&5 &
          kill -INT 0
          sleep "$grace"
          kill -KILL 0
        ) &
        exec 3<&- 4<&- 5<&-
        trap : INT
        "$@"
        code=$?
        trap '' TERM
        kill -TERM 0
        exit "$code"
        """;

    public const string Executable = "setsid";

    /// <summary>Arguments of <c>setsid</c>. The command itself holds no secret, so it may be seen in the process list.</summary>
    public static IReadOnlyList<string> Arguments(TimeSpan orphanGrace, string binary, IReadOnlyList<string> arguments) =>
    [
        "/bin/sh", "-c", Script, "cws-terraform", Math.Ceiling(orphanGrace.TotalSeconds).ToString(CultureInfo.InvariantCulture), binary, .. arguments,
    ];
}
