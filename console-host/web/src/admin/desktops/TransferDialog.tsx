import { useState, type FormEvent } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form } from "react-aria-components";
import { administration } from "../../api/administration";
import { ApiError, messageOf } from "../../api/problem";
import type { Desktop } from "../../api/types";
import { applyDesktop } from "../../live/reducer";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/Notes";
import { AccountSearch } from "../accounts/AccountSearch";

/** Gives one desktop to another person. */
export default function TransferDialog({ desktop, isOpen, onClose }: { desktop: Desktop; isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title={`Give “${desktop.name}” to another person`} isOpen={isOpen} onClose={onClose}>
      <TransferForm desktop={desktop} onClose={onClose} />
    </Dialog>
  );
}

function TransferForm({ desktop, onClose }: { desktop: Desktop; onClose: () => void }) {
  const client = useQueryClient();
  const [owner, setOwner] = useState("");
  const transfer = useMutation({
    mutationFn: () => administration.transfer(desktop, owner),
    onSuccess(moved) {
      applyDesktop(client, moved);
      onClose();
    },
  });
  const fieldError = transfer.error instanceof ApiError ? transfer.error.fieldErrors.owner : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (owner !== "") transfer.mutate();
  }
  return (
    <Form className="form" onSubmit={submit}>
      <p>It goes with everything on it. {desktop.owner.userName} is disconnected at once and does not see it any more.</p>
      <AccountSearch label="New owner" chosen={owner} onChoose={setOwner} error={fieldError} except={desktop.owner.id} />
      {transfer.error && !fieldError ? <ErrorNote>{messageOf(transfer.error)}</ErrorNote> : null}
      <div className="dialog-actions">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isDisabled={owner === ""} isPending={transfer.isPending}>Give desktop</Button>
      </div>
    </Form>
  );
}
