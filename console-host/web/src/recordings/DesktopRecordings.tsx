import { useInfiniteQuery } from "@tanstack/react-query";
import { useMay } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { recordingsQuery } from "./recordingsApi";
import { RecordingsTable } from "./RecordingsTable";

/** That and when a desktop was recorded, on its own page; nothing where it never was. */
export default function DesktopRecordings({ desktop }: { desktop: string }) {
  const mayPlay = useMay("recordings.view");
  const list = useInfiniteQuery(recordingsQuery({ desktop, ...(mayPlay ? { owner: "*" } : {}) }));
  const recordings = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (recordings.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="recordings-title">
      <h2 id="recordings-title">Recordings</h2>
      <RecordingsTable recordings={recordings} ofOneDesktop />
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Older recordings</Button> : null}
    </section>
  );
}
