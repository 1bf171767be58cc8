using CloudWorkstation.Launcher.Stack;

namespace CloudWorkstation.Launcher.Doctor;

/// <summary>Whether there is a guacd for desktops of RDP and SSH. None is no fault: desktops of VNC do without.</summary>
public static class GuacdCheck
{
    private const string Code = "guacd";
    private const string Start = "Start one: docker run -d -p 127.0.0.1:4822:4822 guacamole/guacd:1.6.0";

    /// <param name="configured">What `--guacd` or CWS_GUACD names; null for nothing.</param>
    public static async Task<Finding> RunAsync(string? configured, CancellationToken cancellationToken)
    {
        var address = string.IsNullOrWhiteSpace(configured) ? null : configured;
        if (address == Guacd.None)
        {
            return new Finding(Code, Verdict.Ok, "switched off; desktops of RDP and SSH need one");
        }

        if (address is not null && Guacd.Parse(address) is null)
        {
            return new Finding(Code, Verdict.Fail, $"'{address}' is not host:port", "Correct --guacd or CWS_GUACD, for example 127.0.0.1:4822.");
        }

        if (await Guacd.AnswersAsync(address ?? Guacd.Usual, cancellationToken))
        {
            return new Finding(Code, Verdict.Ok, $"guacd answers at {address ?? Guacd.Usual}: desktops of RDP and SSH, and VNC by choice");
        }

        return address is null
            ? new Finding(Code, Verdict.Ok, $"none at {Guacd.Usual}; desktops of RDP and SSH need one. {Start}")
            : new Finding(Code, Verdict.Warn, $"nothing at {address} answers as guacd does; desktops of RDP and SSH cannot be opened", $"{Start}, or correct --guacd or CWS_GUACD.");
    }
}
