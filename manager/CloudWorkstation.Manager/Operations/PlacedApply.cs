using CloudWorkstation.Manager.Desktops;
using CloudWorkstation.Manager.Terraform;

namespace CloudWorkstation.Manager.Operations;

/// <summary>
/// Applies, and where the cloud has no room tries the template's other places, one after the other, within the same attempt: people wait
/// seconds for another zone or type, not minutes for the same one. What is built already stays where it is; that is the module's duty.
/// </summary>
internal sealed class PlacedApply(ITerraformRunner terraform, DesktopTerraform desktopTerraform)
{
    /// <returns>How it ended, and the place it ended with.</returns>
    public async Task<(TerraformOutcome Outcome, int Placement)> RunAsync(Attempt attempt, Desktop desktop, int places, RunTokens tokens)
    {
        for (var tried = 0; ; tried++)
        {
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

            attempt.Log("warning", $"No room there. Trying another zone or type of machine, {tried + 2} of {places}.");
        }
    }
}
