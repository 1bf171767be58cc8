import { useState, type FormEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, messageOf } from "../../api/problem";
import type { SessionPolicy } from "../../api/types";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";
import { SelectField, TextField } from "../../ui/Field";
import { ErrorNote, InfoNote } from "../../ui/Notes";
import { exact } from "../../ui/time";
import { linkOf, sharesQuery, sharing, type Share, type ShareAccess } from "./sharingApi";
import "./sharing.css";

const HOUR = 3_600_000;
const times = [
  { value: "1", label: "an hour" }, { value: "4", label: "four hours" }, { value: "24", label: "a day" }, { value: "167", label: "a week" },
];

/** Makes links to a running desktop, and ends them. */
export default function ShareDialog({ desktop, name, most, onClose }: { desktop: string; name: string; most: SessionPolicy["sharing"]; onClose: () => void }) {
  const [link, setLink] = useState<string | null>(null);
  return (
    <Dialog title={`Share ${name}`} isOpen onClose={onClose}>
      {most === "off"
        ? <InfoNote>The rules of this desktop do not allow sharing it.</InfoNote>
        : link === null ? <ShareForm desktop={desktop} most={most} onMade={setLink} /> : <MadeLink link={link} onAnother={() => setLink(null)} />}
      <ShareList desktop={desktop} />
      <div className="dialog-actions"><Button onPress={onClose}>Close</Button></div>
    </Dialog>
  );
}

function ShareForm({ desktop, most, onMade }: { desktop: string; most: "view" | "control"; onMade: (link: string) => void }) {
  const client = useQueryClient();
  const [access, setAccess] = useState<ShareAccess>("view");
  const [whom, setWhom] = useState<"anyone" | "people">("people");
  const [people, setPeople] = useState("");
  const [hours, setHours] = useState("1");
  const [singleUse, setSingleUse] = useState(false);
  const make = useMutation({
    mutationFn: () => sharing.create(desktop, {
      access,
      ...(whom === "anyone" ? { anyone: true } : { people: people.split(/[\s,;]+/).filter(Boolean) }),
      expiresAt: new Date(Date.now() + Number(hours) * HOUR).toISOString(),
      singleUse,
    }),
    onSuccess: ({ token }) => {
      onMade(linkOf(token));
      void client.invalidateQueries({ queryKey: sharesQuery(desktop).queryKey });
    },
  });
  const problems = make.error instanceof ApiError ? Object.entries(make.error.fieldErrors) : [];
  const ofPeople = problems.filter(([field]) => field.startsWith("people"));
  const names = people.split(/[\s,;]+/).filter(Boolean);

  function submit(event: FormEvent) {
    event.preventDefault();
    make.mutate();
  }
  return (
    <form className="form" onSubmit={submit}>
      <SelectField label="They may" value={access} onChange={(value) => setAccess(value as ShareAccess)} description={most === "view" ? "The rules of this desktop let guests look only." : undefined}
        options={[{ value: "view", label: "look only" }, ...(most === "control" ? [{ value: "control", label: "look and control" }] : [])]} />
      <SelectField label="For" value={whom} onChange={(value) => setWhom(value as typeof whom)} options={[{ value: "people", label: "people I name" }, { value: "anyone", label: "anyone with the link who is signed in" }]} />
      {whom === "people" ? (
        <TextField label="User names" value={people} onChange={setPeople} literal isRequired description="Separated by spaces or commas, at most 20."
          error={ofPeople.length > 0 ? ofPeople.map(([field, message]) => `${named(field, names)}${message}`).join(" ") : undefined} />
      ) : null}
      <SelectField label="Works for" value={hours} onChange={setHours} options={times} />
      <label className="choice"><input type="checkbox" checked={singleUse} onChange={(event) => setSingleUse(event.target.checked)} /> Only for the first person who uses it</label>
      {make.error && ofPeople.length === 0 ? <ErrorNote>{problems.length > 0 ? problems.map(([, message]) => message).join(" ") : messageOf(make.error)}</ErrorNote> : null}
      <Button type="submit" variant="primary" isPending={make.isPending}>Make a link</Button>
    </form>
  );
}

function named(field: string, names: string[]): string {
  const position = /\[(\d+)\]/.exec(field)?.[1];
  return position === undefined ? "" : `${names[Number(position)] ?? ""}: `;
}

function MadeLink({ link, onAnother }: { link: string; onAnother: () => void }) {
  return (
    <div className="share-link">
      <p>This link is shown only once. Send it to those it is for.</p>
      <code data-testid="share-link">{link}</code>
      <div className="form-actions"><CopyButton text={link} label="Copy link" /><Button small variant="quiet" onPress={onAnother}>Make another</Button></div>
    </div>
  );
}

function ShareList({ desktop }: { desktop: string }) {
  const client = useQueryClient();
  const shares = useQuery(sharesQuery(desktop));
  const revoke = useMutation({
    mutationFn: (share: string) => sharing.revoke(desktop, share),
    onSettled: () => client.invalidateQueries({ queryKey: sharesQuery(desktop).queryKey }),
  });
  if (shares.error) return <ErrorNote>{messageOf(shares.error)}</ErrorNote>;
  if (!shares.data || shares.data.length === 0) return null;
  return (
    <section aria-labelledby="shares-title">
      <h3 id="shares-title">Links that work</h3>
      {revoke.error ? <ErrorNote>{messageOf(revoke.error)}</ErrorNote> : null}
      <ul className="share-list" aria-label="Links that work">
        {shares.data.map((share) => (
          <li key={share.id}>
            <span>{sentence(share)}</span>
            <Button small variant="danger" aria-label={`End the link for ${whom(share)}`} isPending={revoke.isPending && revoke.variables === share.id} onPress={() => revoke.mutate(share.id)}>End</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const whom = (share: Share) => (share.anyone ? "anyone who is signed in" : share.people.join(", "));

function sentence(share: Share): string {
  const used = share.usedBy.length > 0 ? `used by ${share.usedBy.map(({ userName }) => userName).join(", ")}` : "not used yet";
  return `${share.access === "control" ? "Look and control" : "Look only"}, for ${whom(share)}${share.singleUse ? ", first person only" : ""}, until ${exact(share.expiresAt)}; ${used}.`;
}
