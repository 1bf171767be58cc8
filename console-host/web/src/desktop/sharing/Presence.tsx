import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/Notes";
import { sharing, watchersQuery, type Watcher } from "./sharingApi";
import "./sharing.css";

interface Props {
  desktop: string;
  /** User name of who looks at this page; what others do is what it shows. */
  me: string;
  isOwner: boolean;
}

/** Who else is at this screen, always in sight while somebody is; the owner sends people away here. */
export default function Presence({ desktop, me, isOwner }: Props) {
  const watchers = useQuery(watchersQuery(desktop)).data ?? [];
  const [open, setOpen] = useState(false);
  const others = watchers.filter((watcher) => watcher.userName !== me);
  if (others.length === 0) return null;

  const people = [...new Map(others.map((watcher) => [watcher.userName, watcher])).values()];
  const inControl = others.filter((watcher) => watcher.access === "control");
  return (
    <section className="presence" aria-label="Who is here" data-testid="presence">
      <button type="button" className="presence-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="avatars" aria-hidden="true">{people.slice(0, 4).map(({ userName }) => <span key={userName} className="avatar">{initials(userName)}</span>)}</span>
        <span>{sentence(people, inControl)}</span>
      </button>
      <span role="status" className="visually-hidden">{sentence(people, inControl)}</span>
      {open ? <List desktop={desktop} others={others} isOwner={isOwner} /> : null}
    </section>
  );
}

function List({ desktop, others, isOwner }: { desktop: string; others: Watcher[]; isOwner: boolean }) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: (watcher: string) => sharing.remove(desktop, watcher),
    onSettled: () => client.invalidateQueries({ queryKey: watchersQuery(desktop).queryKey }),
  });
  return (
    <>
      {remove.error ? <ErrorNote>{messageOf(remove.error)}</ErrorNote> : null}
      <ul className="share-list" aria-label="People at this screen">
        {others.map((watcher) => (
          <li key={watcher.id}>
            <span><strong>{watcher.userName}</strong> {what(watcher)}</span>
            {isOwner && watcher.role !== "owner" ? <Button small variant="danger" aria-label={`Remove ${watcher.userName}`} onPress={() => remove.mutate(watcher.id)}>Remove</Button> : null}
          </li>
        ))}
      </ul>
    </>
  );
}

function what({ role, access }: Watcher): string {
  if (role === "owner") return "owns this desktop";
  if (role === "admin") return "looks, as an administrator";
  return access === "control" ? "looks and controls" : "looks";
}

function sentence(people: Watcher[], inControl: Watcher[]): string {
  const guests = inControl.filter(({ role }) => role === "guest").map(({ userName }) => userName);
  const names = people.map(({ userName }) => userName).join(", ");
  if (guests.length === 0) return `${names} ${people.length === 1 ? "is" : "are"} here`;
  return `${guests.join(", ")} ${guests.length === 1 ? "has" : "have"} control${people.length > guests.length ? `; also here: ${people.filter(({ userName }) => !guests.includes(userName)).map(({ userName }) => userName).join(", ")}` : ""}`;
}

function initials(name: string): string {
  return name.split(/[.\-_ ]+/).filter(Boolean).slice(0, 2).map((part) => part.charAt(0).toUpperCase()).join("");
}
