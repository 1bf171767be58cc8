using CloudWorkstation.Launcher.Doctor;

namespace CloudWorkstation.Launcher.Tests;

/// <summary>What `doctor` makes of what the api's program says about the bucket of recordings.</summary>
public sealed class RecordingsCheckTests
{
    [Theory(Timeout = 60_000)]
    [InlineData(0, "recordings can be kept in b, played and deleted\n", Verdict.Ok, "recordings can be kept in b, played and deleted", null)]
    [InlineData(1, "The recordings' bucket b refused s3:PutObject: AccessDenied\nLet the api's role do it.\n", Verdict.Fail, "The recordings' bucket b refused s3:PutObject: AccessDenied", "Let the api's role do it.")]
    [InlineData(134, "Unhandled exception.", Verdict.Fail, "the api's program could not tell whether CWS_RECORDINGS__BUCKET can be written: Unhandled exception.", "See docs/recordings.md.")]
    [InlineData(1, "", Verdict.Fail, "the api's program could not tell whether CWS_RECORDINGS__BUCKET can be written: ", "See docs/recordings.md.")]
    public async Task An_answer_becomes_a_finding_with_its_fix(int exitCode, string output, Verdict verdict, string text, string? fix)
    {
        await Task.Yield();
        RecordingsCheck.Judge(exitCode, output).ShouldBe(new Finding("recordings", verdict, text, fix));
    }
}
