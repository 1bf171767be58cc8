import { lazy, Suspense, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Link, useNavigate } from "react-router";
import type { Desktop } from "../api/types";
import { messageOf } from "../api/problem";
import { ProgressLine, useOperation } from "../operations/ProgressLine";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ErrorNote } from "../ui/Notes";
import { Time } from "../ui/Time";
import { allowed, useDesktopActions, type DesktopActions } from "./actions";
import type { DesktopDialog } from "./Dialogs";
import { FailureNote } from "./FailureNote";
import { ObservedNote } from "./ObservedNote";
import { OpenLink } from "./OpenLink";
import { StatusBadge } from "./StatusBadge";
import { isActive } from "./words";

const DesktopDialogs = lazy(() => import("./Dialogs").then((module) => ({ default: module.DesktopDialogs })));

export function DesktopCard({ desktop, icon }: { desktop: Desktop; icon: string }) {
  const actions = useDesktopActions(desktop);
  const [dialog, setDialog] = useState<DesktopDialog>(null);
  const [asked, setAsked] = useState(false);
  function ask(next: DesktopDialog) {
    setAsked(true);
    setDialog(next);
  }
  const operation = useOperation(desktop.activeOperation).data;
  const error = actions.change.error ?? actions.restart.error ?? actions.retry.error ?? actions.cancel.error;
  const headingId = `desktop-${desktop.id}`;

  return (
    <article className="card" aria-labelledby={headingId} data-desktop={desktop.id}>
      <header className="card-header">
        <span className="card-icon">
          <Icon name={icon} />
        </span>
        <div className="card-title">
          <h2 id={headingId}>
            <Link to={`/desktops/${desktop.id}`}>{desktop.name}</Link>
          </h2>
          <p className="muted">
            {desktop.template.title}
            {desktop.template.outdated ? <span className="tag">Update available</span> : null}
          </p>
        </div>
        <CardMenu desktop={desktop} actions={actions} onDialog={ask} />
      </header>
      <p className="card-state">
        <StatusBadge status={desktop.status} />
        <span className="muted">{desktop.lastConnectedAt ? <>Used <Time at={desktop.lastConnectedAt} /></> : "Not used yet"}</span>
      </p>
      {operation && isActive(operation) ? <ProgressLine operation={operation} /> : null}
      {desktop.failure && !desktop.activeOperation ? <FailureNote failure={desktop.failure} /> : null}
      <ObservedNote desktop={desktop}>{allowed(desktop).repair ? <RepairButton actions={actions} /> : null}</ObservedNote>
      {error && dialog === null ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      <CardActions desktop={desktop} actions={actions} onDialog={ask} />
      {/* Once it was needed it stays, so that a dialog can close in its own time. */}
      {asked ? <Suspense fallback={null}><DesktopDialogs desktop={desktop} actions={actions} open={dialog} onClose={() => setDialog(null)} /></Suspense> : null}
    </article>
  );
}

export function RepairButton({ actions }: { actions: DesktopActions }) {
  return (
    <Button small variant="primary" isPending={actions.change.isPending} onPress={() => actions.change.mutate({ state: "running" })}>
      <Icon name="retry" /> Repair
    </Button>
  );
}

interface ActionProps {
  desktop: Desktop;
  actions: DesktopActions;
  onDialog: (dialog: DesktopDialog) => void;
}

function CardActions({ desktop, actions, onDialog }: ActionProps) {
  const may = allowed(desktop);
  const failedOperation = desktop.failure?.operation;
  return (
    <div className="card-actions">
      {may.open ? <OpenLink desktop={desktop} /> : null}
      {may.start ? (
        <Button variant="primary" isPending={actions.change.isPending} onPress={() => actions.change.mutate({ state: "running" })}>
          <Icon name="play" /> Start
        </Button>
      ) : null}
      {failedOperation && !desktop.activeOperation ? (
        <Button variant="primary" isPending={actions.retry.isPending} onPress={() => actions.retry.mutate(failedOperation)}>
          <Icon name="retry" /> Retry
        </Button>
      ) : null}
      {may.stop ? (
        <Button onPress={() => onDialog("stop")}>
          <Icon name="stop" /> Stop
        </Button>
      ) : null}
      {desktop.activeOperation && desktop.status !== "deleting" ? (
        <Button isPending={actions.cancel.isPending} onPress={() => desktop.activeOperation && actions.cancel.mutate(desktop.activeOperation)}>
          Cancel
        </Button>
      ) : null}
      {may.remove ? (
        <Button variant="quiet" isDisabled={Boolean(desktop.activeOperation)} onPress={() => onDialog("delete")}>
          <Icon name="trash" /> Delete
        </Button>
      ) : null}
    </div>
  );
}

function CardMenu({ desktop, actions, onDialog }: ActionProps) {
  const navigate = useNavigate();
  const may = allowed(desktop);
  return (
    <MenuTrigger>
      <Button variant="quiet" aria-label={`More for ${desktop.name}`}>
        <Icon name="more" />
      </Button>
      <Popover className="menu-popover" placement="bottom end">
        <Menu className="menu">
          <MenuItem className="menu-item" onAction={() => void navigate(`/desktops/${desktop.id}`)}>Details</MenuItem>
          <MenuItem className="menu-item" onAction={() => onDialog("rename")}>Rename</MenuItem>
          {may.repair ? (
            <MenuItem className="menu-item" onAction={() => actions.change.mutate({ state: "running" })}>Repair</MenuItem>
          ) : null}
          {may.restart ? <MenuItem className="menu-item" onAction={() => onDialog("restart")}>Restart</MenuItem> : null}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
