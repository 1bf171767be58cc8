import { lazy, Suspense, useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { administration } from "../api/administration";
import { api } from "../api/client";
import { messageOf } from "../api/problem";
import { keys } from "../api/queries";
import { useMay } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { WaysPanel } from "./access/WaysPanel";

const TimingsPanel = lazy(() => import("../timeline/TimingsPanel"));

export default function TemplatesPage() {
  usePageTitle("All templates");
  const client = useQueryClient();
  const list = useQuery({ queryKey: keys.allTemplates, queryFn: ({ signal }) => api.allTemplates(signal) });
  const reload = useMutation({ mutationFn: api.reloadTemplates, onSuccess: () => client.invalidateQueries({ queryKey: keys.templates }) });
  const mayCount = useMay("desktops.read");
  const mayMeasure = useMay("statistics.read");
  const mayExplain = useMay("access.read");
  const broken = list.data?.broken ?? [];

  return (
    <>
      <div className="page-head">
        <h1>All templates</h1>
        <Button isPending={reload.isPending} onPress={() => reload.mutate()}><Icon name="retry" /> Read them again</Button>
      </div>
      {reload.error ? <ErrorNote>{messageOf(reload.error)}</ErrorNote> : null}
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The templates" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {broken.map((template) => (
        <section key={template.name} className="panel" aria-labelledby={`broken-${template.name}`}>
          <div className="panel-head">
            <h2 id={`broken-${template.name}`}>{template.name}</h2>
            <span className="badge badge-bad"><Icon name="alert" /> Not on offer</span>
          </div>
          <p>Nobody can choose it until this is put right:</p>
          <ul className="problems">{template.problems.map((problem) => <li key={problem}>{problem}</li>)}</ul>
        </section>
      ))}
      {list.data?.items.map((template) => (
        <section key={template.name} className="panel" aria-labelledby={`template-${template.name}`}>
          <div className="panel-head">
            <span className="card-icon"><Icon name={template.icon} /></span>
            <h2 id={`template-${template.name}`}>{template.title}</h2>
            <span className="badge badge-good"><Icon name="check" /> On offer</span>
          </div>
          <p>{template.description}</p>
          <dl className="facts">
            <div><dt>Name</dt><dd>{template.name}</dd></div>
            <div><dt>Version</dt><dd><code title={template.version}>{template.version.slice(0, 12)}</code></dd></div>
            <div><dt>Screen</dt><dd>{template.protocol}</dd></div>
            <div><dt>Parameters</dt><dd>{template.parameters.map((parameter) => parameter.title).join(", ") || "None"}</dd></div>
            <div><dt>Clipboard</dt><dd>{template.session.clipboard}</dd></div>
            {mayCount ? <div><dt>Desktops</dt><dd><DesktopCount template={template.name} /></dd></div> : null}
            <div><dt>Stops when idle</dt><dd>{template.session.idleStopMinutes ? `after ${template.session.idleStopMinutes} minutes` : "No"}</dd></div>
          </dl>
          {mayMeasure ? <Timings template={template.name} /> : null}
        </section>
      ))}
      {mayExplain ? <WaysPanel /> : null}
    </>
  );
}

/** Asked for when it is opened. */
function Timings({ template }: { template: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>How long a start takes</summary>
      {open ? <Suspense fallback={null}><TimingsPanel template={template} /></Suspense> : null}
    </details>
  );
}

/** Counted by the server when the page is opened; it stops at a thousand. */
function DesktopCount({ template }: { template: string }) {
  const count = useQuery({ queryKey: ["template-use", template], queryFn: ({ signal }) => administration.count({ owner: "*", template }, signal), retry: false });
  return <>{count.data ? count.data.count : count.isError ? "More than 1000" : "…"}</>;
}
