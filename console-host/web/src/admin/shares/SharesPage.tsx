import { useState, type FormEvent } from "react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { Link, useSearchParams } from "react-router";
import { sharing } from "../../desktop/sharing/sharingApi";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { InfoNote, LoadFailed, Skeleton } from "../../ui/Notes";
import { usePageTitle } from "../../ui/usePageTitle";
import { allSharesQuery, endAllShares, sharesKey, type ShareFilter } from "./sharesApi";
import { LinksTable, WatchersTable, type SharedLink } from "./ShareTables";

/** Who shares what with whom, until when, and who looks now. The search is in the address, so that it can be handed on. */
export default function SharesPage() {
  usePageTitle("All shares");
  const [parameters, setParameters] = useSearchParams();
  const filter: ShareFilter = { owner: parameters.get("owner") ?? "", guest: parameters.get("guest") ?? "" };
  const list = useInfiniteQuery(allSharesQuery(filter));
  const screens = list.data?.pages.flatMap((page) => page.items) ?? [];
  const links = screens.flatMap(({ desktop, shares }) => shares.map((share): SharedLink => ({ desktop, share })));
  const [ending, setEnding] = useState<SharedLink | null>(null);
  return (
    <>
      <h1>All shares</h1>
      <p className="muted">Desktops that somebody shares by a link that works, and everybody else who is at a screen. Links themselves are shown to nobody but who made them.</p>
      <FilterBar key={parameters.toString()} filter={filter} onSearch={({ owner, guest }) => setParameters({ ...(owner ? { owner } : {}), ...(guest ? { guest } : {}) })} />
      {list.isPending ? <Skeleton lines={6} label="Loading the shares" /> : null}
      {list.isError && !list.data ? <LoadFailed what="The shares" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && screens.length === 0 ? (
        <InfoNote><p>{list.hasNextPage ? "Nothing found so far; older shares have not been looked through yet." : filter.owner || filter.guest ? "Nothing fits. Leave a field empty to see more." : "Nobody shares a desktop now."}</p></InfoNote>
      ) : null}
      {filter.owner && links.length > 0 ? <EndAll owner={filter.owner} /> : null}
      {links.length > 0 ? <LinksTable links={links} onEnd={setEnding} /> : null}
      <WatchersTable screens={screens} />
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
      <EndOne link={ending} onClose={() => setEnding(null)} />
    </>
  );
}

function FilterBar({ filter, onSearch }: { filter: ShareFilter; onSearch: (filter: ShareFilter) => void }) {
  const [owner, setOwner] = useState(filter.owner);
  const [guest, setGuest] = useState(filter.guest);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSearch({ owner: owner.trim(), guest: guest.trim() });
  }
  return (
    <Form className="form" role="search" onSubmit={submit} aria-label="Search the shares">
      <div className="settings-row">
        <TextField label="Shared by" literal value={owner} onChange={setOwner} description="User name; empty for everybody." />
        <TextField label="Shared with" literal value={guest} onChange={setGuest} description="User name of somebody for whom a link is, who used one, or who is at a screen." />
      </div>
      <div className="form-actions">
        <Button type="submit" variant="primary">Search</Button>
        {filter.owner || filter.guest ? <Link className="button" to="/admin/shares">Clear</Link> : null}
      </div>
    </Form>
  );
}

function EndOne({ link, onClose }: { link: SharedLink | null; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ConfirmDialog
      title={`End this link to ${link?.desktop.name ?? ""}?`} isOpen={link !== null} onClose={onClose} confirmLabel="End the link" danger
      onConfirm={async () => {
        if (link) await sharing.revoke(link.desktop.id, link.share.id);
        await client.invalidateQueries({ queryKey: sharesKey });
      }}
    >
      <p>Whoever is connected by it is disconnected at once. {link?.desktop.owner.userName} may make another.</p>
    </ConfirmDialog>
  );
}

function EndAll({ owner }: { owner: string }) {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [ended, setEnded] = useState<number | null>(null);
  return (
    <div className="form-actions">
      <Button variant="danger" onPress={() => setOpen(true)}>End all of {owner}</Button>
      <p role="status">{ended === null ? "" : ended === 1 ? "One link was ended." : `${ended} links were ended.`}</p>
      <ConfirmDialog
        title={`End all links of ${owner}?`} isOpen={isOpen} onClose={() => setOpen(false)} confirmLabel="End all" danger
        onConfirm={async () => {
          setEnded((await endAllShares(owner)).ended);
          await client.invalidateQueries({ queryKey: sharesKey });
        }}
      >
        <p>Of all desktops that are theirs, also those that are not in this list. Whoever is connected by one is disconnected at once.</p>
      </ConfirmDialog>
    </div>
  );
}
