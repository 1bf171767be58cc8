using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Applies, and where the cloud has no room tries the template's other places, one after the other, within the same attempt: people wait
/// seconds for another zone or type, not minutes for the same one. What is built already stays where it is; that is the module's duty.
/// </summary>
internal sealed class PlacedApply(ITerraformRunner terraform, DesktopTerraform desktopTerraform)
{
    /// <param name="attempt">Is told of every change of place.</param>
    /// <param name="desktop">Its own place is the first to be tried.</param>
    /// <param name="places">How many the template knows.</param>
    /// <param name="full">The cloud has just refused the desktop's own place, so the next one is the first.</param>
    /// <param name="tokens">Cancel ends the search.</param>
    /// <returns>How it ended, and the place it ended with.</returns>
    public async Task<(TerraformOutcome Outcome, int Placement)> RunAsync(Attempt attempt, Desktop desktop, int places, bool full, RunTokens tokens)
    {
        for (var tried = full ? 1 : 0; ; tried++)
        {
            if (tried > 0)
            {
                attempt.Log("warn", $"No room there. Trying another zone or type of machine, {tried + 1} of {places}.");
            }

            var placement = (desktop.Placement + tried) % places;
            var request = desktopTerraform.Request(desktop with { Placement = placement }, attempt.Operation);
            var outcome = await terraform.ApplyAsync(request, attempt.ReportAsync, tokens.Cancel, tokens.Kill);
            if (outcome.Failure != TerraformFailureKind.Capacity || places == 1 || tokens.Cancel.IsCancellationRequested)
            {
                return (outcome, placement);
            }

            if (tried + 1 == places)
            {
                return (outcome with { Message = $"{outcome.Message} All {places} places that the template knows were tried." }, placement);
            }
        }
    }
}
