namespace CloudWorkstation.Guacd;

/// <summary>Where a guacd that is not well stops during the handshake.</summary>
public enum Fault
{
    None,

    /// <summary>Accepts, reads, and never says a word.</summary>
    NeverAnswers,

    /// <summary>Closes when it is asked for a protocol, as when the protocol's plugin is not installed.</summary>
    DiesAtSelect,

    /// <summary>Closes where it should say <c>ready</c>.</summary>
    DiesAtConnect,

    /// <summary>Announces its arguments and is silent after <c>connect</c>.</summary>
    NeverReady,

    /// <summary>Answers <c>select</c> with bytes that are no instruction.</summary>
    Rubbish,

    /// <summary>Announces an argument list that does not end.</summary>
    EndlessArguments,

    /// <summary>Says <c>ready</c> without having announced anything.</summary>
    ReadyAtOnce,
}

/// <summary>What a <see cref="ScriptedGuacd"/> is and does.</summary>
public sealed record Script
{
    /// <summary>guacd's version: 1.1.0, 1.3.0, 1.5.0 or 1.6.0.</summary>
    public string Version { get; init; } = "1.6.0";

    /// <summary>The plugins that are installed.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = ["vnc", "rdp", "ssh"];

    public Fault Fault { get; init; }

    /// <summary>What happens after <c>ready</c>; the connection ends when it returns. A user who leaves or breaks the protocol cancels <see cref="GuacdUser.Gone"/>.</summary>
    public Func<GuacdUser, Task> Session { get; init; } = user => user.UntilGoneAsync();

    /// <summary>The same for those who join; <see cref="Session"/> when null.</summary>
    public Func<GuacdUser, Task>? Joined { get; init; }

    /// <summary>The filesystem that is shown to every user; none when null.</summary>
    public RemoteFiles? Files { get; init; }

    /// <summary>A <c>nop</c> is sent when nothing else was for so long.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A user who says nothing for so long is dropped.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Each byte goes out by itself.</summary>
    public bool ByteByByte { get; init; }

    /// <summary>False where a session lasts long and nobody asks.</summary>
    public bool KeepsRecords { get; init; } = true;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
