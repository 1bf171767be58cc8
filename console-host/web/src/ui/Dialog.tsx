import { useState, type ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { messageOf } from "../api/problem";
import { Button } from "./Button";
import { ErrorNote } from "./Notes";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  role?: "dialog" | "alertdialog";
}

export function Dialog({ title, isOpen, onClose, children, role = "dialog" }: DialogProps) {
  return (
    <ModalOverlay className="dialog-overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable={role === "dialog"}>
      <Modal className="dialog-modal">
        <AriaDialog className="dialog" role={role}>
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface ConfirmProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  confirmLabel: string;
  danger?: boolean;
  onConfirm: () => Promise<unknown>;
  children: ReactNode;
}

/** Asks before something that cannot be taken back; stays open and says why when it does not work. */
export function ConfirmDialog({ title, isOpen, onClose, confirmLabel, danger, onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);

  function close() {
    setError(null);
    onClose();
  }
  async function confirm() {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} isOpen={isOpen} onClose={close} role="alertdialog">
      {children}
      {error === null ? null : <ErrorNote>{error}</ErrorNote>}
      <div className="dialog-actions">
        <Button onPress={close} autoFocus>
          Cancel
        </Button>
        <Button variant={danger ? "danger" : "primary"} isPending={busy} onPress={() => void confirm()}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
