import { useState, type FormEvent } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { ApiError, messageOf } from "../api/problem";
import { useMe } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/Dialog";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../ui/Notes";
import { exact } from "../ui/time";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { bansApi, bansKey, bansQuery, type Ban } from "./auditApi";
import { Table } from "./Table";

/** Who and what is kept out for a while. */
export default function BansPage() {
  usePageTitle("Bans");
  const manages = useMe().permissions.includes("accounts.manage");
  const list = useQuery(bansQuery);
  const [lifting, setLifting] = useState<Ban | null>(null);
  const client = useQueryClient();
  const bans = list.data?.items ?? [];
  return (
    <>
      <div className="page-head"><h1>Bans</h1></div>
      <p className="muted">Accounts and addresses that are kept out for a while. An address from which sign-in is refused again and again is kept out by itself, unless it is in a network that the operator trusts.</p>
      {manages ? <NewBanForm /> : null}
      {list.isPending ? <Skeleton lines={4} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The bans" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data && bans.length === 0 ? <InfoNote><p>Nobody is kept out.</p></InfoNote> : null}
      {bans.length > 0 ? (
        <Table label="Bans" head={["Who", "Why", "By", "Since", "Until", "Actions"]}>
          {bans.map((ban) => (
            <tr key={ban.id}>
              <th scope="row">{nameOf(ban)}</th>
              <td>{ban.reason}</td>
              <td>{ban.by}</td>
              <td><Time at={ban.createdAt} /></td>
              <td><time dateTime={ban.expiresAt}>{exact(ban.expiresAt)}</time></td>
              <td>{manages ? <Button small aria-label={`Lift the ban of ${nameOf(ban)}`} onPress={() => setLifting(ban)}>Lift</Button> : null}</td>
            </tr>
          ))}
        </Table>
      ) : null}
      {lifting ? (
        <ConfirmDialog
          title={`Let ${nameOf(lifting)} in again?`} isOpen onClose={() => setLifting(null)} confirmLabel="Lift the ban"
          onConfirm={async () => { await bansApi.lift(lifting.id); await client.invalidateQueries({ queryKey: bansKey }); }}
        >
          <p>At once.</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

const nameOf = (ban: Ban) => ban.userName ?? ban.network ?? "";

const lengths = [
  { value: "60", label: "An hour" },
  { value: "1440", label: "A day" },
  { value: "10080", label: "A week" },
  { value: "43200", label: "30 days" },
];

function NewBanForm() {
  const client = useQueryClient();
  const [kind, setKind] = useState<"account" | "network">("account");
  const [who, setWho] = useState("");
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("1440");
  const adding = useMutation({
    mutationFn: () => bansApi.add({ [kind]: who.trim(), reason: reason.trim(), minutes: Number(minutes) }),
    onSuccess: () => { setWho(""); setReason(""); return client.invalidateQueries({ queryKey: bansKey }); },
  });
  const errors = adding.error instanceof ApiError ? adding.error.fieldErrors : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    adding.mutate();
  }
  return (
    <Form className="form" onSubmit={submit} aria-label="Keep somebody out">
      <div className="settings-row">
        <SelectField label="Keep out" value={kind} onChange={(value) => setKind(value as "account" | "network")} options={[{ value: "account", label: "An account" }, { value: "network", label: "An address or a network" }]} />
        <TextField label={kind === "account" ? "User name" : "Address or network"} literal value={who} onChange={setWho} error={errors[kind]} />
        <TextField label="Reason" value={reason} onChange={setReason} error={errors.reason} maxLength={200} />
        <SelectField label="For" value={minutes} onChange={setMinutes} options={lengths} error={errors.minutes} />
      </div>
      {adding.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(adding.error)}</ErrorNote> : null}
      <div className="form-actions"><Button type="submit" variant="danger" isPending={adding.isPending} isDisabled={who.trim() === "" || reason.trim() === ""}>Keep out</Button></div>
    </Form>
  );
}
