import { useState, type FormEvent } from "react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { administration, bulkQuery, type Bulk, type BulkAction, type Choice } from "../../api/administration";
import { ApiError, messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { ErrorNote, InfoNote, Skeleton } from "../../ui/Notes";
import { AccountSearch } from "../accounts/AccountSearch";
import { useIdempotencyKey } from "../../create/useIdempotencyKey";

const words: Record<BulkAction, { verb: string; done: string; warning: string }> = {
  start: { verb: "Start", done: "Being started", warning: "Each of them begins to cost what a running desktop costs." },
  stop: { verb: "Stop", done: "Being stopped", warning: "Programs that are open on them are closed, and what they have not saved is lost. Files are kept." },
  delete: { verb: "Delete", done: "Being deleted", warning: "They are taken down, and their disks are erased with every file on them. This cannot be undone." },
  transfer: { verb: "Give away", done: "Given away", warning: "They go with everything on them; those who have them now are disconnected at once." },
};

export const desktops = (count: number) => (count === 1 ? "1 desktop" : `${count} desktops`);

export interface BulkDialogProps {
  action: BulkAction;
  choice: Choice;
  /** Account id that is no new owner. */
  except?: string;
  onClose: () => void;
  onAccepted: () => void;
}

/** Asks once more, with the number to type where something is lost; then shows what becomes of each desktop. */
export function BulkDialog({ action, choice, except, onClose, onAccepted }: BulkDialogProps) {
  const [accepted, setAccepted] = useState<Bulk | null>(null);
  const title = `${words[action].verb} ${desktops(choice.count)}`;
  return (
    <Dialog title={accepted ? title : `${title}?`} isOpen onClose={onClose} role="alertdialog">
      {accepted ? (
        <BulkProgress bulk={accepted} onClose={onClose} />
      ) : (
        <BulkForm action={action} choice={choice} except={except} onClose={onClose} onAccepted={(bulk) => { setAccepted(bulk); onAccepted(); }} />
      )}
    </Dialog>
  );
}

function BulkForm({ action, choice, except, onClose, onAccepted }: Omit<BulkDialogProps, "onAccepted"> & { onAccepted: (bulk: Bulk) => void }) {
  const [typed, setTyped] = useState("");
  const [owner, setOwner] = useState("");
  const keyFor = useIdempotencyKey();
  const start = useMutation({ mutationFn: () => administration.startBulk(action, choice, keyFor([action, choice, owner]), owner || undefined), onSuccess: onAccepted });
  const error = start.error instanceof ApiError ? start.error.fieldErrors.owner : undefined;
  const ready = (action !== "delete" || typed.trim() === String(choice.count)) && (action !== "transfer" || owner !== "");

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) start.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <p>{words[action].warning}</p>
      {action === "transfer" ? <AccountSearch label="New owner" chosen={owner} onChoose={setOwner} error={error} except={except} /> : null}
      {action === "delete" ? <TextField label="How many are deleted" inputMode="numeric" value={typed} onChange={setTyped} description={`Type ${choice.count} to confirm.`} autoFocus /> : null}
      {start.error && !error ? <ErrorNote>{messageOf(start.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose} autoFocus={action === "start" || action === "stop"}>Cancel</Button>
        <Button type="submit" variant={action === "delete" ? "danger" : "primary"} isDisabled={!ready} isPending={start.isPending}>{words[action].verb} {desktops(choice.count)}</Button>
      </div>
    </Form>
  );
}

function BulkProgress({ bulk, onClose }: { bulk: Bulk; onClose: () => void }) {
  const query = useQuery(bulkQuery(bulk.id));
  const now = query.data;
  if (!now) return query.isError ? <ErrorNote>{messageOf(query.error)}</ErrorNote> : <Skeleton />;
  const refused = now.items?.filter((item) => item.result === "refused") ?? [];
  return (
    <>
      <progress className="bulk-progress" aria-label="Desktops that have a result" value={now.total - now.waiting} max={now.total} />
      <div role="status">
        {now.state === "done" ? (
          <InfoNote>
            <p>{words[now.action].done}: {desktops(now.accepted)}.{now.unchanged > 0 ? ` Not needed: ${desktops(now.unchanged)}.` : ""}{now.refused > 0 ? ` Refused: ${desktops(now.refused)}.` : ""}</p>
          </InfoNote>
        ) : (
          <p className="muted">{now.total - now.waiting} of {now.total}. You may leave: it goes on by itself.</p>
        )}
      </div>
      {refused.length > 0 ? (
        <ErrorNote>
          <p>These were left as they are:</p>
          <ul className="problems">{refused.map((item) => <li key={item.desktop}><strong>{item.name ?? item.desktop}</strong>: {item.detail}</li>)}</ul>
        </ErrorNote>
      ) : null}
      <div className="dialog-actions"><Button onPress={onClose} autoFocus>Close</Button></div>
    </>
  );
}
