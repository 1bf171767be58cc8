import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, ButtonLink } from "../ui/Button";
import { changeSetup, setupKey, setupQuery } from "./setupApi";
import { steps } from "./steps";

/** For administrators, until everything is done or somebody puts it away: nobody is left with an empty product. */
export default function SetupCard() {
  const client = useQueryClient();
  const progress = useQuery(setupQuery);
  const dismiss = useMutation({ mutationFn: () => changeSetup({ dismissed: true }), onSuccess: (next) => client.setQueryData(setupKey, next) });
  if (!progress.data || progress.data.finished) return null;
  const open = progress.data.steps.filter((step) => step.state === "open").map((step) => step.name);
  return (
    <section className="panel setup-card" aria-labelledby="setup-card">
      <div className="panel-head">
        <h2 id="setup-card">Set up CloudWorkstation</h2>
        <span className="muted">{steps.length - open.length} of {steps.length} steps</span>
      </div>
      <p className="muted">Still open: {steps.filter((step) => open.includes(step.name)).map((step) => step.title).join(" · ")}</p>
      <div className="form-actions">
        <ButtonLink to="/setup">Go on setting up</ButtonLink>
        <Button variant="quiet" isDisabled={dismiss.isPending} onPress={() => dismiss.mutate()}>Do not show this again</Button>
      </div>
    </section>
  );
}
