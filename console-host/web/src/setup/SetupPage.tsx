import { Suspense, useEffect, useRef } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { sectionNamed } from "../admin/settings/sections";
import { messageOf } from "../api/problem";
import { useMe } from "../session/SessionGate";
import { Button, ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { FirstEntitlement } from "./FirstEntitlement";
import { changeSetup, setupKey, setupQuery, type SetupProgress, type StepName, type StepState } from "./setupApi";
import { stateWords, steps, type Step } from "./steps";
import "./setup.css";

/** What a new installation needs, step by step: each can be skipped, and the list is there again at the next visit. */
export default function SetupPage() {
  usePageTitle("Set up CloudWorkstation");
  const progress = useQuery(setupQuery);
  if (progress.data) return <Wizard progress={progress.data} />;
  return progress.error ? <LoadFailed what="Setting up" error={progress.error} onRetry={() => void progress.refetch()} /> : <Skeleton lines={6} />;
}

function Wizard({ progress }: { progress: SetupProgress }) {
  const client = useQueryClient();
  const [search, setSearch] = useSearchParams();
  const change = useMutation({ mutationFn: changeSetup, onSuccess: (next) => client.setQueryData(setupKey, next) });
  const states = new Map(progress.steps.map((step) => [step.name, step.state]));
  const wanted = steps.find((step) => step.name === search.get("step"));
  const current = wanted ?? steps.find((step) => states.get(step.name) === "open");

  const show = (name: StepName | undefined) => setSearch(name ? { step: name } : {});
  function nextAfter(name: StepName) {
    const later = steps.slice(steps.findIndex((step) => step.name === name) + 1);
    show(later.find((step) => states.get(step.name) === "open")?.name);
  }
  async function mark(name: StepName, state: StepState) {
    await change.mutateAsync({ steps: { [name]: state } });
    nextAfter(name);
  }
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Set up CloudWorkstation</h1>
          <p className="muted">{progress.steps.filter((step) => step.state !== "open").length} of {steps.length} steps are done or skipped. Everything can be changed later.</p>
        </div>
      </div>
      <div className="wizard">
        <nav aria-label="Steps">
          <ol className="wizard-steps">
            {steps.map((step, index) => {
              const state = states.get(step.name) ?? "open";
              return (
                <li key={step.name}>
                  <Link to={`/setup?step=${step.name}`} aria-current={step === current ? "step" : undefined}>
                    <span className="wizard-number" data-state={state} aria-hidden="true">{state === "done" ? <Icon name="check" /> : index + 1}</span>
                    <span>{step.title}<br /><span className="muted">{stateWords[state]}</span></span>
                  </Link>
                </li>
              );
            })}
          </ol>
        </nav>
        {current ? (
          <StepPanel key={current.name} step={current} state={states.get(current.name) ?? "open"} isBusy={change.isPending} onMark={(state) => void mark(current.name, state)} />
        ) : (
          <section className="panel" aria-labelledby="finished">
            <h2 id="finished">That is all</h2>
            <p>CloudWorkstation is ready for people. What you skipped is under Settings and Access rules.</p>
            <div className="form-actions">
              <ButtonLink variant="primary" to="/">Go to my desktops</ButtonLink>
              <ButtonLink to="/admin/accounts">Accounts</ButtonLink>
            </div>
          </section>
        )}
      </div>
      {change.error ? <ErrorNote>{messageOf(change.error)}</ErrorNote> : null}
    </>
  );
}

function StepPanel({ step, state, isBusy, onMark }: { step: Step; state: StepState; isBusy: boolean; onMark: (state: StepState) => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Whoever goes on from a step by keyboard or screen reader starts at the next one's title.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section className="panel" aria-labelledby="step">
      <h2 id="step" ref={heading} tabIndex={-1}>{step.title}</h2>
      <p className="muted">{step.why}</p>
      <Suspense fallback={<Skeleton lines={5} />}>
        <StepBody step={step} onDone={() => onMark("done")} />
      </Suspense>
      <div className="form-actions wizard-actions">
        {state === "done" ? <Button isDisabled={isBusy} onPress={() => onMark("done")}>Next step</Button> : <Button isDisabled={isBusy} onPress={() => onMark("skipped")}>Skip this step</Button>}
      </div>
    </section>
  );
}

function StepBody({ step, onDone }: { step: Step; onDone: () => void }) {
  const section = step.section ? sectionNamed(step.section) : undefined;
  if (section) return <section.Form onSaved={onDone} />;
  switch (step.name) {
    case "admin":
      return <OwnAccount onDone={onDone} />;
    case "entitlement":
      return <FirstEntitlement onDone={onDone} />;
    case "desktop":
      return <div><ButtonLink variant="primary" to="/new">Create a desktop</ButtonLink></div>;
    default:
      return <p>There is no form for this here. <Link to="/admin/settings">All settings</Link></p>;
  }
}

function OwnAccount({ onDone }: { onDone: () => void }) {
  const me = useMe();
  return (
    <>
      <p>You are signed in as <strong>{me.userName}</strong>. If the password was made by the installation, choose one of your own; the file with the other one then goes.</p>
      <div className="form-actions">
        <ButtonLink to="/account">Change the password</ButtonLink>
        <Button variant="primary" onPress={onDone}>This account is mine</Button>
      </div>
    </>
  );
}
