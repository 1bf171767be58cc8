import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { accountQuery, administration } from "../../api/administration";
import { api, type AccountChange } from "../../api/client";
import { ApiError, messageOf } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Account } from "../../api/types";
import { useMay, useMe } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { ConfirmDialog, Dialog } from "../../ui/Dialog";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { useNow } from "../../ui/time";
import { usePageTitle } from "../../ui/usePageTitle";
import { AccountAccess, Why } from "../access/AccountAccess";
import { AccountState } from "./AccountState";
import { OwnedDesktops } from "./OwnedDesktops";
import { PersonsSessions } from "./PersonsSessions";
import { SecretDialog } from "./SecretDialog";

export default function AccountDetailsPage() {
  const { id = "" } = useParams();
  const account = useQuery(accountQuery(id));
  usePageTitle(account.data?.userName ?? "Account");
  if (account.error instanceof ApiError && account.error.status === 404) {
    return <div className="placeholder"><h1>There is no such account</h1><Link to="/admin/accounts">All accounts</Link></div>;
  }
  if (account.data) return <Details key={id} account={account.data} />;
  return account.isPending ? <Skeleton lines={8} label="Loading the account" /> : <LoadFailed what="The account" error={account.error} onRetry={() => void account.refetch()} />;
}

type Question = "disable" | "reset" | "access" | null;

function Details({ account }: { account: Account }) {
  const client = useQueryClient();
  const me = useMe();
  const [question, setQuestion] = useState<Question>(null);
  const [password, setPassword] = useState<string | null>(null);
  const mayManage = useMay("accounts.manage");
  const mayUnlock = useMay("accounts.unlock");
  const mayExplain = useMay("access.read");
  const maySeeDesktops = useMay("desktops.read");
  const refresh = () => client.invalidateQueries({ queryKey: keys.accounts });
  const change = useMutation({
    mutationFn: (body: AccountChange) => api.changeAccount(account.id, body),
    onSuccess(answer) {
      if (answer.generatedPassword) setPassword(answer.generatedPassword);
      return Promise.all([refresh(), client.invalidateQueries({ queryKey: keys.sessions }), client.invalidateQueries({ queryKey: keys.accessOf(account.id) })]);
    },
  });
  const unlock = useMutation({ mutationFn: () => administration.unlock(account.id), onSuccess: refresh });
  const now = useNow(30_000);
  const locked = Boolean(account.lockedUntil && Date.parse(account.lockedUntil) > now);
  const own = account.id === me.id;
  const close = () => setQuestion(null);
  const error = change.error ?? unlock.error;
  return (
    <>
      <nav aria-label="Breadcrumb" className="crumbs"><Link to="/admin/accounts">All accounts</Link></nav>
      <div className="page-head">
        <div>
          <h1>{account.displayName || account.userName}</h1>
          <p className="card-state"><AccountState account={account} /> <span className="muted">{account.userName}</span></p>
        </div>
        <div className="card-actions">
          {locked && mayUnlock ? <Button variant="primary" isPending={unlock.isPending} onPress={() => unlock.mutate()}>Unlock</Button> : null}
          {mayManage ? <Button onPress={() => setQuestion("access")}>Roles and groups</Button> : null}
          {mayManage ? <Button onPress={() => setQuestion("reset")}>Reset password</Button> : null}
          {mayManage && !account.disabled ? <Button variant="danger" isDisabled={own} onPress={() => setQuestion("disable")}>Disable</Button> : null}
          {mayManage && account.disabled ? <Button isPending={change.isPending} onPress={() => change.mutate({ disabled: false })}>Enable</Button> : null}
        </div>
      </div>
      {error && question === null ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      {account.disabled && maySeeDesktops ? <InfoNote><p>This account is disabled: nobody can sign in with it, and its sessions and connections have ended. Below is what it still has.</p></InfoNote> : null}
      <section className="panel" aria-labelledby="facts">
        <h2 id="facts">About the account</h2>
        <dl className="facts">
          <div><dt>E-mail</dt><dd>{account.email || "None"}</dd></div>
          <div><dt>Roles of its own</dt><dd>{account.roles.join(", ")}</dd></div>
          <div><dt>Groups</dt><dd>{account.groups.join(", ") || "None"}</dd></div>
          <div><dt>Last signed in</dt><dd>{account.lastSignInAt ? <Time at={account.lastSignInAt} /> : "Never"}</dd></div>
          <div><dt>Created</dt><dd><Time at={account.createdAt} /></dd></div>
          <div><dt>Identifier</dt><dd><code>{account.id}</code></dd></div>
        </dl>
      </section>
      {maySeeDesktops ? <OwnedDesktops account={account} /> : null}
      <PersonsSessions account={account} />
      {mayExplain ? <section className="panel"><Why account={account} /></section> : null}
      <Dialog title={`Access of ${account.userName}`} isOpen={question === "access"} onClose={close}>
        <AccountAccess account={account} onChange={(body) => change.mutateAsync(body)} onClose={close} />
      </Dialog>
      <ConfirmDialog title={`Disable ${account.userName}?`} isOpen={question === "disable"} onClose={close} confirmLabel="Disable account" danger onConfirm={() => change.mutateAsync({ disabled: true })}>
        <p>{account.userName} is signed out everywhere at once and cannot sign in again until the account is enabled. Desktops and files are kept; this page shows what there is to hand on.</p>
      </ConfirmDialog>
      <ConfirmDialog title={`Reset the password of ${account.userName}?`} isOpen={question === "reset"} onClose={close} confirmLabel="Reset password" onConfirm={() => change.mutateAsync({ resetPassword: true })}>
        <p>The present password stops working, and a new one is generated and shown to you once.</p>
      </ConfirmDialog>
      <SecretDialog secret={password === null ? null : { userName: account.userName, password }} onClose={() => setPassword(null)} />
    </>
  );
}
