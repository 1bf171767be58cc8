using CloudWorkstation.Manager.Operations;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Desktops;

/// <summary>Waits until a desktop's screen really answers.</summary>
internal interface IScreenWait
{
    /// <summary>Null when the screen is ready, else why it is not.</summary>
    /// <param name="screen">Which.</param>
    /// <param name="password">The desktop's own.</param>
    /// <param name="machineAnswers">Called once the machine is up, before its screen need be.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<FailureCause?> UntilReadyAsync(Screen screen, string password, Action machineAnswers, CancellationToken cancellationToken);
}

/// <summary>Tries at once, then after short delays that grow, so that a desktop which is ready soon is seen to be ready soon.</summary>
internal sealed class ScreenWait(Screens screens, ManagerOptions options, TimeProvider time) : IScreenWait
{
    private const int MostRefusals = 3;
    private static readonly TimeSpan OneTry = TimeSpan.FromSeconds(5);

    // Through guacd a try signs in.
    private static readonly TimeSpan OneSignIn = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    public async Task<FailureCause?> UntilReadyAsync(Screen screen, string password, Action machineAnswers, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var patience = screen.Patience > options.Readiness.Deadline ? screen.Patience.Value : options.Readiness.Deadline;
        var delay = options.Readiness.FirstDelay;
        var refusals = 0;
        while (true)
        {
            var reply = await screens.HandshakeAsync(screen, password, screen.Protocol == ScreenEngines.Vnc ? OneTry : OneSignIn, cancellationToken);
            if (reply.MachineAnswers)
            {
                machineAnswers();
            }

            refusals += reply.Answer == ScreenAnswer.Refused ? 1 : 0;

            // A server that keeps refusing locks its clients out after a few tries; more of them would only make that worse.
            if (reply.Answer is ScreenAnswer.Ready or ScreenAnswer.NotRfb || refusals >= MostRefusals || time.GetElapsedTime(started) >= patience)
            {
                return Explain(reply, screen, patience);
            }

            var pause = reply.Answer == ScreenAnswer.Refused ? LongestDelay : delay;
            await Task.Delay(pause, time, cancellationToken);
            delay = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, delay.Ticks * 3 / 2));
        }
    }

    private static FailureCause? Explain(ScreenReply reply, Screen screen, TimeSpan patience) => reply.Answer switch
    {
        ScreenAnswer.Ready => null,
        ScreenAnswer.Silent => new FailureCause(
            FailureKind.Timeout,
            $"The desktop was built, but its screen did not answer within {patience.TotalSeconds:0} seconds.",
            [Diagnostic($"{screen.Address.Host}:{screen.Address.Port}: {reply.Detail}")]),
        ScreenAnswer.Refused => new FailureCause(
            FailureKind.Template,
            "The desktop was built, but its screen refused the desktop's own password.",
            [Diagnostic($"{screen.Address.Host}:{screen.Address.Port}: {reply.Detail}")]),
        _ => new FailureCause(
            FailureKind.Template,
            $"The desktop was built, but what answers at its address does not speak {screen.Protocol.ToUpperInvariant()}.",
            [Diagnostic($"{screen.Address.Host}:{screen.Address.Port}: {reply.Detail}")]),
    };

    private static TerraformDiagnostic Diagnostic(string detail) => new("error", "Screen handshake", detail, null, null, null);
}
