import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";

/** Shown once: to copy, to save, to print. */
export function RecoveryCodes({ codes, onDone, doneLabel = "I have stored them" }: { codes: string[]; onDone: () => void; doneLabel?: string }) {
  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`CloudWorkstation recovery codes for ${window.location.host}\nEach is good once.\n\n${codes.join("\n")}\n`], { type: "text/plain" }));
    link.download = "cloudworkstation-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }
  return (
    <>
      <p>If your phone is gone, one of these codes signs you in instead, each of them once. They are shown only now: keep them where your phone is not.</p>
      <ul className="recovery-codes" aria-label="Recovery codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
      <div className="row-actions">
        <CopyButton text={codes.join("\n")} label="Copy codes" />
        <Button small onPress={save}>Save as a file</Button>
      </div>
      <div className="form-actions"><Button variant="primary" onPress={onDone}>{doneLabel}</Button></div>
    </>
  );
}
