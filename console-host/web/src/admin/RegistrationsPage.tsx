import { useState, type ReactNode } from "react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import type { RegistrationState } from "../register/registerApi";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { SelectField, TextField } from "../ui/Field";
import { InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { registrationsApi, registrationsKey, registrationsQuery, type RegistrationView } from "./registrationsApi";
import { Table } from "./Table";

const states: { value: RegistrationState; label: string }[] = [
  { value: "approval", label: "Waiting for approval" },
  { value: "creating", label: "Being made in a directory" },
  { value: "failed", label: "Could not be made" },
  { value: "created", label: "Created" },
  { value: "refused", label: "Refused" },
  { value: "cancelled", label: "Cancelled" },
];

/** People who ask for an account: approve or refuse them, and look after those whose directory does not answer. */
export default function RegistrationsPage() {
  usePageTitle("Registrations");
  const [state, setState] = useState<RegistrationState>("approval");
  const list = useInfiniteQuery(registrationsQuery(state));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="page-head">
        <h1>Registrations</h1>
        <SelectField label="Show" value={state} onChange={(value) => setState(value as RegistrationState)} options={states} />
      </div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The registrations" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && items.length === 0 ? <InfoNote><p>There are none.</p></InfoNote> : null}
      {items.length > 0 ? (
        <Table label="Registrations" head={["Person", "E-mail address", "Account in", "Asked", "Notes", "Actions"]}>
          {items.map((one) => <Row key={one.id} registration={one} />)}
        </Table>
      ) : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
    </>
  );
}

type Question = "approve" | "refuse" | "retry" | "cancel";

function Row({ registration }: { registration: RegistrationView }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { userName, state } = registration;
  const ask = (what: Question, label: string) => <Button small aria-label={`${label}: ${userName}`} onPress={() => setQuestion(what)}>{label}</Button>;
  return (
    <tr>
      <th scope="row">{registration.displayName || userName}<br /><span className="muted">{userName}</span></th>
      <td>{registration.email}</td>
      <td>{registration.target === "local" ? "This installation" : registration.target}</td>
      <td><Time at={registration.requestedAt} /></td>
      <td><Notes registration={registration} /></td>
      <td>
        <div className="row-actions">
          {state === "approval" ? <>{ask("approve", "Approve")}{ask("refuse", "Refuse")}</> : null}
          {state === "creating" || state === "failed" ? <>{ask("retry", "Try again")}{ask("cancel", "Cancel")}</> : null}
        </div>
        {question ? <Ask question={question} registration={registration} onClose={() => setQuestion(null)} /> : null}
      </td>
    </tr>
  );
}

function Notes({ registration: { failure, reason, decidedBy, attempts, nextAttemptAt } }: { registration: RegistrationView }) {
  return (
    <>
      {failure ? <p>{failure}</p> : null}
      {nextAttemptAt && attempts > 0 ? <p className="muted">Attempt {attempts + 1} <Time at={nextAttemptAt} /></p> : null}
      {reason ? <p>{reason}</p> : null}
      {decidedBy ? <p className="muted">By {decidedBy}</p> : null}
    </>
  );
}

interface Words { title: string; confirm: string; text: ReactNode; danger?: boolean }

function Ask({ question, registration, onClose }: { question: Question; registration: RegistrationView; onClose: () => void }) {
  const client = useQueryClient();
  const [userName, setUserName] = useState(registration.userName);
  const [reason, setReason] = useState("");
  const { id } = registration;
  const send = { approve: () => registrationsApi.approve(id, userName.trim()), refuse: () => registrationsApi.refuse(id, reason.trim()), retry: () => registrationsApi.retry(id, userName.trim()), cancel: () => registrationsApi.cancel(id) };
  const words: Record<Question, Words> = {
    approve: { title: `Approve ${registration.userName}?`, confirm: "Approve", text: "The account is made, and the person gets a mail." },
    refuse: { title: `Refuse ${registration.userName}?`, confirm: "Refuse", text: "The person gets a mail with the reason. What they entered is forgotten.", danger: true },
    retry: { title: `Ask the directory again for ${registration.userName}?`, confirm: "Try again", text: "At once. Another user name may be given where the directory has this one." },
    cancel: { title: `Cancel ${registration.userName}?`, confirm: "Cancel registration", text: "The person gets a mail. An attempt that was cut off may have made an entry in the directory: look there.", danger: true },
  };
  const { title, confirm, text, danger } = words[question];
  return (
    <ConfirmDialog title={title} isOpen onClose={onClose} confirmLabel={confirm} danger={danger} onConfirm={async () => { await send[question](); await client.invalidateQueries({ queryKey: registrationsKey }); }}>
      <p>{text}</p>
      {question === "approve" || question === "retry" ? <TextField label="User name" literal value={userName} onChange={setUserName} /> : null}
      {question === "refuse" ? <TextField label="Reason" value={reason} onChange={setReason} maxLength={500} /> : null}
    </ConfirmDialog>
  );
}
