import { useState, type FormEvent } from "react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { useSearchParams } from "react-router";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { exact } from "../ui/time";
import { usePageTitle } from "../ui/usePageTitle";
import { AuditDetail } from "./AuditDetail";
import { actionsQuery, auditQuery, exportAddress, queryOf, type AuditEntry, type AuditFilter } from "./auditApi";
import { Table } from "./Table";

const names = ["from", "to", "actor", "target", "action", "result", "address", "q"] as const;
const daysBack = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

function filterOf(parameters: URLSearchParams): AuditFilter {
  const filter = Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ""])) as unknown as AuditFilter;
  return filter.from === "" && filter.to === "" ? { ...filter, from: daysBack(7) } : filter;
}

/** Who did what, when, from where, and what it was before. The search is in the address, so that it can be handed on. */
export default function AuditPage() {
  usePageTitle("Audit trail");
  const [parameters, setParameters] = useSearchParams();
  const filter = filterOf(parameters);
  const list = useInfiniteQuery(auditQuery(filter));
  const entries = list.data?.pages.flatMap((page) => page.items) ?? [];
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  return (
    <>
      <div className="page-head">
        <h1>Audit trail</h1>
        <a className="button" href={exportAddress(filter)} download="audit-trail.jsonl">Export as JSON lines</a>
      </div>
      <FilterBar key={queryOf(filter).toString()} filter={filter} onSearch={(next) => setParameters(queryOf(next))} />
      {list.isPending ? <Skeleton lines={8} label="Searching" /> : null}
      {list.isError && !list.data ? <LoadFailed what="The audit trail" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && entries.length === 0 ? (
        <InfoNote><p>{list.hasNextPage ? "Nothing found so far; older entries have not been searched yet." : "Nothing found. Search a longer time, or leave a field empty."}</p></InfoNote>
      ) : null}
      {entries.length > 0 ? (
        <Table label="Audit trail" head={["When", "Who", "What", "On what", "Result", "From where", "More"]}>
          {entries.map((entry) => <Row key={entry.id} entry={entry} onOpen={() => setOpened(entry)} />)}
        </Table>
      ) : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Search older entries</Button> : null}
      {opened ? <AuditDetail entry={opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}

function Row({ entry, onOpen }: { entry: AuditEntry; onOpen: () => void }) {
  return (
    <tr>
      <td><time dateTime={entry.at}>{exact(entry.at)}</time></td>
      <th scope="row">{entry.actorName}</th>
      <td><code>{entry.action}</code>{entry.detail ? <><br /><span className="muted">{entry.detail}</span></> : null}</td>
      <td><code>{entry.target}</code></td>
      <td>{entry.result === "refused" || entry.result === "failed" ? <strong>{entry.result}</strong> : entry.result}</td>
      <td>{entry.address ?? ""}</td>
      <td><Button small aria-label={`Details of ${entry.action} by ${entry.actorName}, ${exact(entry.at)}`} onPress={onOpen}>{entry.change ? "Before and after" : "Details"}</Button></td>
    </tr>
  );
}

const results = [
  { value: "", label: "Any" },
  { value: "accepted", label: "Accepted" },
  { value: "refused", label: "Refused" },
  { value: "succeeded", label: "Succeeded" },
  { value: "failed", label: "Failed" },
];

function FilterBar({ filter, onSearch }: { filter: AuditFilter; onSearch: (filter: AuditFilter) => void }) {
  const [draft, setDraft] = useState(filter);
  const actions = useQuery(actionsQuery).data?.items ?? [];
  const set = (name: keyof AuditFilter) => (value: string) => setDraft((old) => ({ ...old, [name]: value }));
  const known = actions.map(({ name }) => ({ value: name, label: name }));
  const options = [{ value: "", label: "Any" }, ...(draft.action === "" || known.some(({ value }) => value === draft.action) ? known : [{ value: draft.action, label: draft.action }, ...known])];

  function submit(event: FormEvent) {
    event.preventDefault();
    onSearch(draft);
  }
  return (
    <Form className="form" onSubmit={submit} aria-label="Search the audit trail">
      <div className="settings-row">
        <TextField label="From" type="date" value={draft.from} onChange={set("from")} />
        <TextField label="To" type="date" value={draft.to} onChange={set("to")} />
        <TextField label="Who" literal value={draft.actor} onChange={set("actor")} />
        <SelectField label="What" value={draft.action} onChange={set("action")} options={options} />
      </div>
      <div className="settings-row">
        <TextField label="On what" literal value={draft.target} onChange={set("target")} />
        <SelectField label="Result" value={draft.result} onChange={set("result")} options={results} />
        <TextField label="From where" literal value={draft.address} onChange={set("address")} />
        <TextField label="Text" value={draft.q} onChange={set("q")} />
      </div>
      <div className="form-actions">
        <Button type="submit" variant="primary">Search</Button>
        <Button onPress={() => onSearch({ from: "", to: "", actor: "", target: "", action: "", result: "", address: "", q: "" })}>Clear</Button>
      </div>
    </Form>
  );
}
