import { useState } from "react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { SelectField } from "../../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { Table } from "../Table";
import { deliveriesQuery, sendAgain, webhookKeys, type Delivery } from "./webhooks";

const states = [{ value: "", label: "All" }, { value: "pending", label: "Waiting" }, { value: "delivered", label: "Delivered" }, { value: "failed", label: "Given up" }];

/** What webhooks were sent in the last 30 days, with what they answered. */
export function WebhookDeliveries({ webhooks }: { webhooks: string[] }) {
  const [webhook, setWebhook] = useState("");
  const [state, setState] = useState("");
  const [shown, setShown] = useState<Delivery>();
  const list = useInfiniteQuery(deliveriesQuery(webhook, state));
  const deliveries = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">Deliveries</h2>
      <div className="filters">
        <SelectField label="Webhook" value={webhook} onChange={setWebhook} options={[{ value: "", label: "All" }, ...webhooks.map((name) => ({ value: name, label: name }))]} />
        <SelectField label="State" value={state} onChange={setState} options={states} />
      </div>
      {list.isPending ? <Skeleton lines={3} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The deliveries" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && deliveries.length === 0 ? <p className="muted">Nothing was sent.</p> : null}
      {deliveries.length > 0 ? (
        <Table label="Deliveries" head={["Event", "Webhook", "When", "State", "Last answer", "Attempts", "Actions"]}>
          {deliveries.map((delivery) => <Row key={delivery.id} delivery={delivery} onShow={() => setShown(delivery)} />)}
        </Table>
      ) : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show older ones</Button> : null}
      <Dialog title={shown ? `${shown.type} to ${shown.webhook}` : ""} isOpen={shown !== undefined} onClose={() => setShown(undefined)}>
        {shown ? <Details delivery={shown} /> : null}
        <div className="dialog-actions"><Button autoFocus onPress={() => setShown(undefined)}>Close</Button></div>
      </Dialog>
    </section>
  );
}

function Row({ delivery, onShow }: { delivery: Delivery; onShow: () => void }) {
  const client = useQueryClient();
  const again = useMutation({ mutationFn: () => sendAgain(delivery.id), onSuccess: () => client.invalidateQueries({ queryKey: webhookKeys.all }) });
  const answer = delivery.lastAnswer;
  return (
    <tr>
      <th scope="row">{delivery.type}</th>
      <td>{delivery.webhook}</td>
      <td><Time at={delivery.createdAt} /></td>
      <td><StateBadge delivery={delivery} /></td>
      <td>{answer ? answer.problem ?? `${answer.status} in ${answer.milliseconds} ms` : "None yet"}</td>
      <td>{delivery.attempts}</td>
      <td>
        <div className="row-actions">
          <Button small aria-label={`Show ${delivery.type}, ${delivery.event}`} onPress={onShow}>Show</Button>
          <Button small aria-label={`Send again ${delivery.type}, ${delivery.event}`} isPending={again.isPending} onPress={() => again.mutate()}>Send again</Button>
        </div>
        {again.error ? <ErrorNote>{messageOf(again.error)}</ErrorNote> : null}
      </td>
    </tr>
  );
}

function StateBadge({ delivery }: { delivery: Delivery }) {
  if (delivery.state === "delivered") return <span className="badge badge-good">Delivered</span>;
  if (delivery.state === "failed") return <span className="badge badge-bad">Given up</span>;
  return (
    <>
      <span className="badge badge-busy">Waiting</span>
      {delivery.attempts > 0 && delivery.nextAttemptAt ? <span className="muted"> next <Time at={delivery.nextAttemptAt} /></span> : null}
    </>
  );
}

function Details({ delivery }: { delivery: Delivery }) {
  return (
    <>
      <p className="muted">webhook-id <code>{delivery.event}</code></p>
      <h3>Sent</h3>
      <pre>{pretty(delivery.payload)}</pre>
      {delivery.lastAnswer?.body ? (
        <>
          <h3>How the last answer begins</h3>
          <pre>{delivery.lastAnswer.body}</pre>
        </>
      ) : null}
    </>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
