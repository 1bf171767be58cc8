import { useEffect } from "react";
import { Button } from "../../ui/Button";
import type { ScreenLink } from "../screenLink";
import { size } from "./filePolicy";
import type { Transfer, Transfers } from "./transfers";
import { useTransfers } from "./useFiles";

/** What is on its way, and how it ended, until somebody clears it. */
export function TransferList({ link }: { link: ScreenLink }) {
  const items = useTransfers(link);
  const running = items.some(({ state }) => state === "running");
  useWarningBeforeLeaving(running);
  const transfers = link.files?.transfers;
  if (!transfers || items.length === 0) return null;
  return (
    <section className="transfers" aria-label="Transfers">
      <ul>{items.map((transfer) => <li key={transfer.id} data-state={transfer.state}><Line transfer={transfer} transfers={transfers} /></li>)}</ul>
      {running ? null : <Button small onPress={() => transfers.clearEnded()}>Clear the list</Button>}
    </section>
  );
}

function Line({ transfer, transfers }: { transfer: Transfer; transfers: Transfers }) {
  const { id, name, total, done, state } = transfer;
  return (
    <>
      <div className="transfer-line">
        <span className="transfer-name">{name}</span>
        {state === "running" ? <Button small aria-label={`Cancel ${name}`} onPress={() => transfers.cancel(id)}>Cancel</Button> : null}
      </div>
      {state === "running" ? <progress aria-label={`Progress of ${name}`} value={total === null ? undefined : done} max={Math.max(1, total ?? 1)} /> : null}
      <span className={state === "failed" ? "transfer-problem" : "muted"} role={state === "running" ? undefined : "status"}>{words(transfer)}</span>
    </>
  );
}

function words({ direction, state, done, total, problem }: Transfer): string {
  switch (state) {
    case "running":
      return `${direction === "up" ? "Uploading" : "Downloading"}: ${size(done)}${total === null ? "" : ` of ${size(total)}`}`;
    case "done":
      return direction === "up" ? "Uploaded" : "Downloaded";
    case "cancelled":
      return direction === "up" && done > 0 ? "Cancelled: a part of it is on the desktop" : "Cancelled";
    case "failed":
      return problem ?? "It failed.";
  }
}

function useWarningBeforeLeaving(active: boolean) {
  useEffect(() => {
    if (!active) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [active]);
}
