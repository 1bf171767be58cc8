import { useState } from "react";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { messageOf } from "../api/problem";
import { Button } from "../ui/Button";
import { ConfirmDialog, Dialog } from "../ui/Dialog";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { mailApi, mailKey, mailQuery, type MailSummary } from "./mailApi";
import { Table } from "./Table";

const states = { queued: ["busy", "Waits"], failed: ["bad", "Given up"], kept: ["idle", "Kept: no mail server"] } as const;

/** Mails that are not sent: those that wait or were refused, and all of them while no mail server is set. */
export default function MailPage() {
  usePageTitle("Mail");
  const list = useInfiniteQuery(mailQuery);
  const [reading, setReading] = useState<MailSummary | null>(null);
  const mails = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Mail</h1>
          <p className="muted">Mails that wait, or that the mail server did not take. One that was taken is gone from here. <Link to="/admin/settings/mail">Settings of the mail server</Link></p>
        </div>
      </div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The mails" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && mails.length === 0 ? <InfoNote><p>There are none.</p></InfoNote> : null}
      {mails.length > 0 ? (
        <Table label="Mails" head={["To", "Subject", "State", "Written", "Actions"]}>
          {mails.map((mail) => <Row key={mail.id} mail={mail} onRead={() => setReading(mail)} />)}
        </Table>
      ) : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
      {reading ? <Reader mail={reading} onClose={() => setReading(null)} /> : null}
    </>
  );
}

function Row({ mail, onRead }: { mail: MailSummary; onRead: () => void }) {
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const refresh = () => client.invalidateQueries({ queryKey: mailKey });
  const retry = useMutation({ mutationFn: () => mailApi.retry(mail.id), onSettled: refresh });
  const [look, word] = states[mail.state];
  return (
    <tr>
      <th scope="row">{mail.to}</th>
      <td>{mail.subject}<br /><span className="muted">{mail.kind}</span></td>
      <td>
        <span className={`badge badge-${look}`}>{word}</span>
        {mail.failure ? <p className="muted">{mail.failure}</p> : null}
        {mail.nextAttemptAt && mail.attempts > 0 ? <p className="muted">Attempt {mail.attempts + 1} <Time at={mail.nextAttemptAt} /></p> : null}
        {retry.error ? <ErrorNote>{messageOf(retry.error)}</ErrorNote> : null}
      </td>
      <td><Time at={mail.queuedAt} /></td>
      <td>
        <div className="row-actions">
          {mail.state === "kept" ? <Button small aria-label={`Read: ${mail.subject}, to ${mail.to}`} onPress={onRead}>Read</Button> : null}
          <Button small isPending={retry.isPending} aria-label={`Send now: ${mail.subject}, to ${mail.to}`} onPress={() => retry.mutate()}>Send now</Button>
          <Button small aria-label={`Remove: ${mail.subject}, to ${mail.to}`} onPress={() => setRemoving(true)}>Remove</Button>
        </div>
        <ConfirmDialog
          title="Remove this mail?" isOpen={removing} onClose={() => setRemoving(false)} confirmLabel="Remove mail" danger
          onConfirm={async () => { await mailApi.remove(mail.id); await refresh(); }}
        >
          <p>{mail.to} does not get it.</p>
        </ConfirmDialog>
      </td>
    </tr>
  );
}

function Reader({ mail, onClose }: { mail: MailSummary; onClose: () => void }) {
  const read = useQuery({ queryKey: [...mailKey, mail.id], queryFn: () => mailApi.read(mail.id) });
  return (
    <Dialog title={mail.subject} isOpen onClose={onClose}>
      <p className="muted">To {mail.to}</p>
      {read.isPending ? <Skeleton lines={4} /> : null}
      {read.error ? <ErrorNote>{messageOf(read.error)}</ErrorNote> : null}
      {read.data ? <pre className="mail-text" data-testid="mail-text">{read.data.text ?? "The text belongs to whom it is sent."}</pre> : null}
      <div className="dialog-actions"><Button variant="primary" autoFocus onPress={onClose}>Close</Button></div>
    </Dialog>
  );
}
