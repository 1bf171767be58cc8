import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { Dialog } from "../../ui/Dialog";

export interface Secret {
  userName: string;
  password: string;
}

export function SecretDialog({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  return (
    <Dialog title="Password, shown only now" isOpen={secret !== null} onClose={onClose} role="alertdialog">
      <p>Give this password to <strong>{secret?.userName}</strong> in a safe way. It has to be changed at the first sign-in.</p>
      <p className="secret"><code data-testid="generated-password">{secret?.password}</code> <CopyButton text={secret?.password ?? ""} label="Copy password" /></p>
      <div className="dialog-actions"><Button variant="primary" onPress={onClose}>Done</Button></div>
    </Dialog>
  );
}
