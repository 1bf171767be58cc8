using CloudWorkstation.Guacd;
using CloudWorkstation.Guacd.Translator;

// dotnet CloudWorkstation.ScriptedGuacd.dll --port P
if (args is not ["--port", var text] || !int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var port))
{
    await Console.Error.WriteLineAsync("Give --port PORT.");
    return 2;
}

await using var guacd = await ScriptedGuacd.StartAsync(TranslatorScript.Create(), port);
Console.WriteLine($"scripted guacd on {guacd.Address}");
var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
using var interrupted = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
// Reading the console waits where it stands, and nothing but the end of the input would end that.
_ = Task.Run(() => Orders.ObeyAsync(guacd, Console.In));
await ended.Task;
return 0;

void Stop(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    ended.TrySetResult();
}
