import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError, messageOf } from "../api/problem";
import { useMe } from "../session/SessionGate";
import { CheckList } from "../admin/access/CheckList";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { ConfirmDialog, Dialog } from "../ui/Dialog";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { factorKeys, tokensApi, type ApiToken } from "./factorApi";
import { useProof } from "./proof";

/** The section of the account page. */
export function MyTokens() {
  return (
    <section className="panel" aria-labelledby="tokens">
      <h2 id="tokens">API tokens</h2>
      <p className="muted">For scripts: a token does what its scopes say and never more than you may do. It opens no screen and changes neither password nor second factor.</p>
      <TokenList />
    </section>
  );
}

/** One's own tokens, or those of a service account. */
export function TokenList({ account }: { account?: string }) {
  const list = useQuery({ queryKey: factorKeys.tokens(account), queryFn: ({ signal }) => tokensApi.list(account, signal) });
  const [creating, setCreating] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <>
      {list.isPending ? <Skeleton /> : null}
      {list.isError && !list.data ? <LoadFailed what="The tokens" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.items.length === 0 ? <p>There are none.</p> : null}
      <ul className="history">{list.data?.items.map((token) => <TokenLine key={token.id} token={token} account={account} />)}</ul>
      <Button onPress={() => setCreating(true)}>New token</Button>
      <Dialog title="New API token" isOpen={creating} onClose={() => setCreating(false)}>
        <NewToken account={account} onClose={() => setCreating(false)} onMade={setMade} />
      </Dialog>
      <Dialog title="The token, shown only now" isOpen={made !== null} onClose={() => setMade(null)} role="alertdialog">
        <p>Copy it to where it is used. It is a password: whoever has it acts in this account’s name.</p>
        <p className="secret"><code data-testid="api-token">{made}</code> <CopyButton text={made ?? ""} label="Copy token" /></p>
        <div className="dialog-actions"><Button variant="primary" onPress={() => setMade(null)}>Done</Button></div>
      </Dialog>
    </>
  );
}

function TokenLine({ token, account }: { token: ApiToken; account?: string }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = () => tokensApi.revoke(token.id).then(() => client.invalidateQueries({ queryKey: factorKeys.tokens(account) }));
  return (
    <li>
      <strong>{token.name}</strong>
      {token.valid ? null : <span className="badge badge-bad">No longer valid</span>}
      <span className="muted">
        <code>{token.prefix}…</code> {token.scopes.join(", ")} · until <Time at={token.expiresAt} /> · {token.lastUsedAt ? <>last used <Time at={token.lastUsedAt} />{token.lastUsedFrom ? ` from ${token.lastUsedFrom}` : ""}</> : "never used"}
      </span>
      <Button small aria-label={`Revoke: ${token.name}`} onPress={() => setAsking(true)}>Revoke</Button>
      <ConfirmDialog title={`Revoke ${token.name}?`} isOpen={asking} onClose={() => setAsking(false)} confirmLabel="Revoke token" danger onConfirm={revoke}>
        <p>What uses it is refused from now on. It cannot be brought back.</p>
      </ConfirmDialog>
    </li>
  );
}

const lives = [["7", "A week"], ["30", "30 days"], ["90", "90 days"], ["365", "A year"]].map(([value = "", label = ""]) => ({ value, label }));

function NewToken({ account, onClose, onMade }: { account?: string; onClose: () => void; onMade: (text: string) => void }) {
  const me = useMe();
  const client = useQueryClient();
  const { withProof, proofDialog } = useProof();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  const [days, setDays] = useState("90");
  const create = useMutation({
    mutationFn: () => withProof(() => tokensApi.create({ name, scopes, expiresAt: new Date(Date.now() + Number(days) * 86_400_000 - 60_000).toISOString(), ...(account ? { account } : {}) })),
    onSuccess({ text }) {
      void client.invalidateQueries({ queryKey: factorKeys.tokens(account) });
      onClose();
      onMade(text);
    },
  });
  const errors = create.error instanceof ApiError ? create.error.fieldErrors : {};
  function submit(event: FormEvent) {
    event.preventDefault();
    create.mutate();
  }
  return (
    <>
      <Form className="form" onSubmit={submit}>
        <TextField label="Name" value={name} onChange={setName} error={errors.name} description="What it is for, so that you know it again" autoComplete="off" isRequired autoFocus />
        <CheckList
          legend="What it may do" chosen={scopes} onChange={setScopes} empty="" error={errors.scopes}
          options={[{ value: "read", label: "read", description: "everything that the account may see, changing nothing" }, ...me.permissions.map((permission) => ({ value: permission, label: permission }))]}
        />
        <SelectField label="Good for" value={days} onChange={setDays} options={lives} error={errors.expiresAt} />
        {create.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(create.error)}</ErrorNote> : null}
        <div className="dialog-actions">
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isPending={create.isPending}>Make token</Button>
        </div>
      </Form>
      {proofDialog}
    </>
  );
}
