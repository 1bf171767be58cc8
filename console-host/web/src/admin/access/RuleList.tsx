import { useState, type ReactNode } from "react";
import { useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { keys } from "../../api/queries";
import { useMay } from "../../session/SessionGate";
import { Button } from "../../ui/Button";
import { ConfirmDialog, Dialog } from "../../ui/Dialog";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { Table } from "../Table";

export interface RuleListProps<T> {
  title: string;
  /** One of them, for example "group". */
  one: string;
  list: UseQueryResult<T[]>;
  head: string[];
  empty: string;
  nameOf: (rule: T) => string;
  cells: (rule: T) => ReactNode;
  /** Null for a new one. */
  form: (rule: T | null, onClose: () => void) => ReactNode;
  remove: (rule: T) => Promise<unknown>;
  lost: (rule: T) => string;
  isFixed?: (rule: T) => boolean;
}

type Open<T> = { what: "form"; rule: T | null } | { what: "removal"; rule: T } | null;

/** A table of one sort of rule, with its dialogs for those who may change it. */
export function RuleList<T>({ list, ...props }: RuleListProps<T>) {
  const client = useQueryClient();
  const mayManage = useMay("access.manage");
  const [open, setOpen] = useState<Open<T>>(null);
  const heading = `${props.one}-rules`;
  const close = () => setOpen(null);

  async function remove(rule: T) {
    await props.remove(rule);
    await client.invalidateQueries({ queryKey: keys.access });
  }
  return (
    <section className="panel" aria-labelledby={heading}>
      <div className="panel-head">
        <h2 id={heading}>{props.title}</h2>
        {mayManage ? <Button small onPress={() => setOpen({ what: "form", rule: null })}>New {props.one}</Button> : null}
      </div>
      {list.isPending ? <Skeleton lines={3} /> : null}
      {list.isError && !list.data ? <LoadFailed what={props.title} error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data?.length === 0 ? <p className="muted">{props.empty}</p> : null}
      {list.data && list.data.length > 0 ? (
        <Table label={props.title} head={mayManage ? [...props.head, "Actions"] : props.head}>
          {list.data.map((rule) => (
            <tr key={props.nameOf(rule)}>
              {props.cells(rule)}
              {mayManage ? (
                <td>
                  <div className="row-actions">
                    <Button small aria-label={`Change ${props.one} ${props.nameOf(rule)}`} onPress={() => setOpen({ what: "form", rule })}>Change</Button>
                    {props.isFixed?.(rule) ? null : <Button small aria-label={`Delete ${props.one} ${props.nameOf(rule)}`} onPress={() => setOpen({ what: "removal", rule })}>Delete</Button>}
                  </div>
                </td>
              ) : null}
            </tr>
          ))}
        </Table>
      ) : null}
      <Dialog title={open?.what === "form" && open.rule !== null ? `Change the ${props.one} ${props.nameOf(open.rule)}` : `New ${props.one}`} isOpen={open?.what === "form"} onClose={close}>
        {open?.what === "form" ? props.form(open.rule, close) : null}
      </Dialog>
      {open?.what === "removal" ? (
        <ConfirmDialog title={`Delete the ${props.one} ${props.nameOf(open.rule)}?`} isOpen onClose={close} confirmLabel={`Delete ${props.one}`} danger onConfirm={() => remove(open.rule)}>
          <p>{props.lost(open.rule)}</p>
        </ConfirmDialog>
      ) : null}
    </section>
  );
}
