import { useDeferredValue, useState } from "react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, type AccountChange } from "../api/client";
import { messageOf } from "../api/problem";
import { accountListQuery } from "../api/administration";
import { keys } from "../api/queries";
import type { Account } from "../api/types";
import { factorApi } from "../factor/factorApi";
import { ServiceAccountForm } from "../factor/ServiceAccountForm";
import { TokenList } from "../factor/Tokens";
import { useMay, useMe } from "../session/SessionGate";
import { Button } from "../ui/Button";
import { ConfirmDialog, Dialog } from "../ui/Dialog";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { usePageTitle } from "../ui/usePageTitle";
import { AccountAccess } from "./access/AccountAccess";
import { AccountFilters, filterOf, noFilters } from "./accounts/AccountFilters";
import { AccountState } from "./accounts/AccountState";
import { SecretDialog, type Secret } from "./accounts/SecretDialog";
import { NewAccountForm } from "./NewAccountForm";
import { Table } from "./Table";

export default function AccountsPage() {
  usePageTitle("All accounts");
  const [creating, setCreating] = useState(false);
  const [creatingService, setCreatingService] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const mayManage = useMay("accounts.manage");
  const [filters, setFilters] = useState(noFilters);
  const list = useInfiniteQuery({ ...accountListQuery(filterOf(useDeferredValue(filters))), placeholderData: (previous) => previous });
  const accounts = list.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <>
      <div className="page-head">
        <h1>All accounts</h1>
        {mayManage ? <Button onPress={() => setCreatingService(true)}>New service account</Button> : null}
        {mayManage ? <Button variant="primary" onPress={() => setCreating(true)}>New account</Button> : null}
      </div>
      <AccountFilters filters={filters} onChange={setFilters} />
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The accounts" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? (
        <Table label="Accounts" head={["Account", "Roles", "State", "Last signed in", "Actions"]}>
          {accounts.map((account) => <Row key={account.id} account={account} onSecret={setSecret} />)}
        </Table>
      ) : null}
      {list.data && accounts.length === 0 ? <p className="muted">No account fits.</p> : null}
      {list.hasNextPage ? <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>Show more</Button> : null}
      <Dialog title="New account" isOpen={creating} onClose={() => setCreating(false)}>
        <NewAccountForm onClose={() => setCreating(false)} onSecret={setSecret} />
      </Dialog>
      <Dialog title="New service account" isOpen={creatingService} onClose={() => setCreatingService(false)}>
        <ServiceAccountForm onClose={() => setCreatingService(false)} />
      </Dialog>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </>
  );
}

type Question = "access" | "disable" | "factor" | "reset" | "role" | "tokens" | null;

function Row({ account, onSecret }: { account: Account; onSecret: (secret: Secret) => void }) {
  const me = useMe();
  const client = useQueryClient();
  const [question, setQuestion] = useState<Question>(null);
  const admin = account.roles.includes("admin");
  const change = useMutation({
    mutationFn: (body: AccountChange) => api.changeAccount(account.id, body),
    onSuccess(answer) {
      if (answer.generatedPassword) onSecret({ userName: account.userName, password: answer.generatedPassword });
      return client.invalidateQueries({ queryKey: keys.accounts });
    },
  });
  const own = account.id === me.id;
  const service = account.kind === "service";
  const mayManage = useMay("accounts.manage");
  const close = () => setQuestion(null);
  return (
    <tr>
      <th scope="row"><Link to={`/admin/accounts/${account.id}`}>{account.displayName || account.userName}</Link><br /><span className="muted">{account.purpose ? `${account.userName}: ${account.purpose}` : account.userName}</span></th>
      <td>{rolesOf(account)}</td>
      <td><AccountState account={account} /></td>
      <td>{account.lastSignInAt ? <Time at={account.lastSignInAt} /> : "Never"}</td>
      <td>
        <div className="row-actions">
          <Button small aria-label={`Access: ${account.userName}`} onPress={() => setQuestion("access")}>Access</Button>
          {mayManage ? <Button small isDisabled={own} aria-label={`${admin ? "Make user" : "Make administrator"}: ${account.userName}`} onPress={() => setQuestion("role")}>{admin ? "Make user" : "Make administrator"}</Button> : null}
          {mayManage && service ? <Button small aria-label={`Tokens: ${account.userName}`} onPress={() => setQuestion("tokens")}>Tokens</Button> : null}
          {mayManage && account.secondFactor ? <Button small aria-label={`Reset second factor: ${account.userName}`} onPress={() => setQuestion("factor")}>Reset second factor</Button> : null}
          {mayManage && !service ? <Button small aria-label={`Reset password: ${account.userName}`} onPress={() => setQuestion("reset")}>Reset password</Button> : null}
          {!mayManage ? null : account.disabled ? (
            <Button small isPending={change.isPending} aria-label={`Enable: ${account.userName}`} onPress={() => change.mutate({ disabled: false })}>Enable</Button>
          ) : (
            <Button small isDisabled={own} aria-label={`Disable: ${account.userName}`} onPress={() => setQuestion("disable")}>Disable</Button>
          )}
        </div>
        {change.error && question === null ? <ErrorNote>{messageOf(change.error)}</ErrorNote> : null}
        <Dialog title={`Access of ${account.userName}`} isOpen={question === "access"} onClose={close}>
          <AccountAccess account={account} onChange={(body) => change.mutateAsync(body)} onClose={close} />
        </Dialog>
        <Dialog title={`API tokens of ${account.userName}`} isOpen={question === "tokens"} onClose={close}>
          <TokenList account={account.id} />
        </Dialog>
        <ConfirmDialog title={`Reset the second factor of ${account.userName}?`} isOpen={question === "factor"} onClose={close} confirmLabel="Reset second factor" danger onConfirm={() => factorApi.reset(account.id).then(() => client.invalidateQueries({ queryKey: keys.accounts }))}>
          <p>For somebody who has lost phone and recovery codes. Make sure that it is them who asks. They are signed out everywhere, and their password alone signs in until they set one up again.</p>
        </ConfirmDialog>
        <ConfirmDialog title={`Disable ${account.userName}?`} isOpen={question === "disable"} onClose={close} confirmLabel="Disable account" danger onConfirm={() => change.mutateAsync({ disabled: true })}>
          <p>{account.userName} is signed out everywhere at once and cannot sign in again until the account is enabled. Desktops and files are kept.</p>
        </ConfirmDialog>
        <ConfirmDialog title={`Reset the password of ${account.userName}?`} isOpen={question === "reset"} onClose={close} confirmLabel="Reset password" onConfirm={() => change.mutateAsync({ resetPassword: true })}>
          <p>The present password stops working, and a new one is generated and shown to you once.</p>
        </ConfirmDialog>
        <ConfirmDialog title={`Change the role of ${account.userName}?`} isOpen={question === "role"} onClose={close} confirmLabel="Change role" onConfirm={() => change.mutateAsync({ roles: admin ? ["user"] : ["user", "admin"] })}>
          <p>{admin ? "They keep their own desktops and lose the administration pages." : "Administrators see and change everyone's desktops and accounts."}</p>
        </ConfirmDialog>
      </td>
    </tr>
  );
}

function rolesOf(account: Account) {
  const others = account.roles.filter((role) => role !== "user" && role !== "admin");
  return [account.roles.includes("admin") ? "Administrator" : account.roles.includes("user") ? "User" : null, ...others].filter((role) => role !== null).join(", ");
}
