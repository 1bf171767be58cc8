import { useState, type FormEvent } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { useSearchParams } from "react-router";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { recordingsQuery, type RecordingFilter } from "./recordingsApi";
import { RecordingsTable } from "./RecordingsTable";

const names = ["owner", "desktop", "from", "to"] as const;

/** Everyone's recordings. The search is in the address, so that it can be handed on. */
export default function RecordingsPage() {
  usePageTitle("Recordings");
  const [parameters, setParameters] = useSearchParams();
  const filter = Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ""])) as unknown as RecordingFilter;
  const list = useInfiniteQuery(recordingsQuery({ ...filter, owner: filter.owner || "*" }));
  const recordings = list.data?.pages.flatMap((page) => page.items) ?? [];
  const search = (next: Partial<RecordingFilter>) => setParameters(new URLSearchParams(Object.entries(next).filter(([, value]) => value.trim() !== "")));
  return (
    <>
      <div className="page-head"><h1>Recordings</h1></div>
      <p className="muted">Sessions that a template or a group's policy has recorded. Playing one is written into the audit trail.</p>
      <FilterBar key={parameters.toString()} filter={filter} onSearch={search} />
      {list.isPending ? <Skeleton lines={8} label="Loading recordings" /> : null}
      {list.isError && !list.data ? <LoadFailed what="The list of recordings" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && recordings.length === 0 ? (
        <InfoNote><p>{list.hasNextPage ? "Nothing found so far; older recordings have not been searched yet." : "There are no such recordings. Templates and group policies say which sessions are recorded."}</p></InfoNote>
      ) : null}
      {recordings.length > 0 ? <RecordingsTable recordings={recordings} /> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Older recordings</Button> : null}
    </>
  );
}

function FilterBar({ filter, onSearch }: { filter: RecordingFilter; onSearch: (filter: Partial<RecordingFilter>) => void }) {
  const [draft, setDraft] = useState(filter);
  const set = (name: keyof RecordingFilter) => (value: string) => setDraft((old) => ({ ...old, [name]: value }));
  function submit(event: FormEvent) {
    event.preventDefault();
    onSearch(draft);
  }
  return (
    <Form className="form" onSubmit={submit} aria-label="Search recordings">
      <div className="settings-row">
        <TextField label="Owner" literal value={draft.owner} onChange={set("owner")} />
        <TextField label="Desktop's id" literal value={draft.desktop} onChange={set("desktop")} />
        <TextField label="From" type="date" value={draft.from} onChange={set("from")} />
        <TextField label="Before" type="date" value={draft.to} onChange={set("to")} />
      </div>
      <div className="form-actions">
        <Button type="submit" variant="primary">Search</Button>
        <Button onPress={() => onSearch({})}>Clear</Button>
      </div>
    </Form>
  );
}
