import { lazy, Suspense, useState } from "react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { ApiError, messageOf } from "../api/problem";
import { desktopQuery, operationsQuery, templatesQuery } from "../api/queries";
import type { Desktop } from "../api/types";
import { usePolling } from "../live/LiveProvider";
import { OperationView } from "../operations/OperationView";
import { useOperation } from "../operations/ProgressLine";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { allowed, useDesktopActions } from "./actions";
import { ChangeParameters } from "./ChangeParameters";
import { RepairButton } from "./DesktopCard";
import { DesktopDialogs, type DesktopDialog } from "./Dialogs";
import { FailureNote } from "./FailureNote";
import { History } from "./History";
import { IdleFacts } from "./IdleFacts";
import { ObservedNote, outsideChange } from "./ObservedNote";
import { OpenLink } from "./OpenLink";
import { useRights } from "./rights";
import { StatusBadge } from "./StatusBadge";

const DesktopRecordings = lazy(() => import("../recordings/DesktopRecordings"));
const LastStart = lazy(() => import("../timeline/LastStart"));
const TransferDialog = lazy(() => import("../admin/desktops/TransferDialog"));

export default function DesktopPage() {
  const { id = "" } = useParams();
  const client = useQueryClient();
  const refetchInterval = usePolling();
  const desktop = useQuery({ ...desktopQuery(client, id), refetchInterval });
  usePageTitle(desktop.data?.name ?? "Desktop");

  if (desktop.error instanceof ApiError && desktop.error.status === 404) return <Gone />;
  if (desktop.data) return <DesktopDetails key={id} desktop={desktop.data} />;
  if (desktop.isPending) return <Skeleton lines={8} label="Loading the desktop" />;
  return <LoadFailed what="The desktop" error={desktop.error} onRetry={() => void desktop.refetch()} />;
}

function Gone() {
  return (
    <div className="placeholder">
      <Icon name="desktop" />
      <h1>This desktop is gone</h1>
      <p>It was deleted, or it is not yours to see.</p>
      <Link to="/">Go to my desktops</Link>
    </div>
  );
}

function DesktopDetails({ desktop }: { desktop: Desktop }) {
  const client = useQueryClient();
  const [dialog, setDialog] = useState<DesktopDialog>(null);
  const [giving, setGiving] = useState(false);
  const rights = useRights(desktop);
  const actions = useDesktopActions(desktop);
  const templates = useQuery(templatesQuery);
  const history = useInfiniteQuery(operationsQuery(client, { desktop: desktop.id }));
  const latest = history.data?.pages[0]?.items[0];
  const current = useOperation(desktop.activeOperation ?? latest?.id).data;
  const template = templates.data?.items.find((candidate) => candidate.name === desktop.template.name);
  const error = actions.change.error ?? actions.restart.error ?? actions.retry.error ?? actions.cancel.error;

  return (
    <>
      <nav aria-label="Breadcrumb" className="crumbs"><Link to="/">My desktops</Link></nav>
      <div className="page-head">
        <div>
          <h1>{desktop.name}</h1>
          <p className="card-state">
            <StatusBadge status={desktop.status} />
            <span className="muted">{desktop.template.title}</span>
          </p>
        </div>
        <HeadActions desktop={desktop} actions={actions} onDialog={setDialog} onGive={() => setGiving(true)} />
      </div>
      {error && dialog === null ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      {desktop.failure && !desktop.activeOperation ? (
        <FailureNote failure={desktop.failure}>
          {rights.steer ? (
            <Button small variant="primary" isPending={actions.retry.isPending} onPress={() => desktop.failure && actions.retry.mutate(desktop.failure.operation)}>
              <Icon name="retry" /> Retry
            </Button>
          ) : rights.power ? (
            <Button small variant="primary" isPending={actions.change.isPending} onPress={() => actions.change.mutate({ state: "running" })}>
              <Icon name="play" /> Start
            </Button>
          ) : null}
        </FailureNote>
      ) : null}
      <ObservedNote desktop={desktop}>{allowed(desktop).repair && rights.power ? <RepairButton actions={actions} /> : null}</ObservedNote>
      {current ? <OperationView key={current.id} operation={current} onCancel={rights.steer ? () => actions.cancel.mutate(current.id) : undefined} cancelling={actions.cancel.isPending} /> : null}
      <div className="columns">
        <Facts desktop={desktop} />
        <IdleFacts desktop={desktop} />
        {template && rights.change ? <ChangeParameters desktop={desktop} template={template} actions={actions} /> : null}
      </div>
      <Suspense fallback={null}><LastStart desktop={desktop} /></Suspense>
      <Suspense fallback={null}><DesktopRecordings desktop={desktop.id} /></Suspense>
      <History desktop={desktop.id} />
      <DesktopDialogs desktop={desktop} actions={actions} open={dialog} onClose={() => setDialog(null)} />
      {giving ? <Suspense fallback={null}><TransferDialog desktop={desktop} isOpen onClose={() => setGiving(false)} /></Suspense> : null}
    </>
  );
}

interface HeadProps {
  desktop: Desktop;
  actions: ReturnType<typeof useDesktopActions>;
  onDialog: (dialog: DesktopDialog) => void;
  onGive: () => void;
}

function HeadActions({ desktop, actions, onDialog, onGive }: HeadProps) {
  const may = allowed(desktop);
  const rights = useRights(desktop);
  return (
    <div className="card-actions">
      {may.open && rights.open ? <OpenLink desktop={desktop} /> : null}
      {may.start && rights.power ? <Button variant="primary" onPress={() => actions.change.mutate({ state: "running" })}><Icon name="play" /> Start</Button> : null}
      {may.stop && rights.power ? <Button onPress={() => onDialog("stop")}><Icon name="stop" /> Stop</Button> : null}
      {may.restart && rights.power ? <Button onPress={() => onDialog("restart")}><Icon name="retry" /> Restart</Button> : null}
      {may.repair && rights.power && !outsideChange(desktop) ? <Button onPress={() => actions.change.mutate({ state: "running" })}><Icon name="retry" /> Repair</Button> : null}
      {rights.change ? <Button onPress={() => onDialog("rename")}><Icon name="pencil" /> Rename</Button> : null}
      {rights.transfer ? <Button isDisabled={Boolean(desktop.activeOperation)} onPress={onGive}><Icon name="user" /> Give to…</Button> : null}
      {rights.remove ? <Button variant="quiet" isDisabled={Boolean(desktop.activeOperation)} onPress={() => onDialog("delete")}><Icon name="trash" /> Delete</Button> : null}
    </div>
  );
}

function Facts({ desktop }: { desktop: Desktop }) {
  return (
    <section className="panel" aria-labelledby="facts">
      <h2 id="facts">About it</h2>
      <dl className="facts">
        {desktop.details.map((detail) => (
          <div key={detail.label}><dt>{detail.label}</dt><dd>{detail.value}</dd></div>
        ))}
        <div><dt>Owner</dt><dd>{desktop.owner.userName}</dd></div>
        <div><dt>Created</dt><dd><Time at={desktop.createdAt} /></dd></div>
        <div><dt>Last used</dt><dd>{desktop.lastConnectedAt ? <Time at={desktop.lastConnectedAt} /> : "Not yet"}</dd></div>
        <div><dt>Template</dt><dd>{desktop.template.name} <code title={desktop.template.version}>{desktop.template.version.slice(0, 8)}</code></dd></div>
        <div><dt>Identifier</dt><dd><code>{desktop.id}</code></dd></div>
      </dl>
    </section>
  );
}
