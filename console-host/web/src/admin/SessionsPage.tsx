import { useDeferredValue, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { allSessionsQuery } from "../api/administration";
import { Button } from "../ui/Button";
import { TextField } from "../ui/Field";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { SessionTable } from "./accounts/SessionTable";

export default function SessionsPage() {
  usePageTitle("All sessions");
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const list = useInfiniteQuery({ ...allSessionsQuery(search), placeholderData: (previous) => previous });
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <h1>All sessions</h1>
      <div className="filters" role="search"><TextField label="User name or address" type="search" value={text} onChange={setText} literal /></div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The sessions" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? <SessionTable sessions={sessions} withPerson /> : null}
      {list.data && sessions.length === 0 ? <p className="muted">No session fits.</p> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
    </>
  );
}
