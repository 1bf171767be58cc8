import { CopyButton } from "../ui/CopyButton";
import type { Enrolment } from "./factorApi";

/** What the app needs, for its camera and for typing. */
export function AppSetUp({ enrolment }: { enrolment: Enrolment }) {
  return (
    <>
      <p>Open an authenticator app on your phone and scan this picture.</p>
      <img className="qr" src={`data:image/svg+xml,${encodeURIComponent(enrolment.qr)}`} alt="QR code for the authenticator app" width={208} height={208} />
      <details>
        <summary>The camera does not work</summary>
        <p>Type this secret into the app: time-based, six digits.</p>
        <p className="secret"><code data-testid="factor-secret">{inGroups(enrolment.secret)}</code> <CopyButton text={enrolment.secret} label="Copy secret" /></p>
      </details>
    </>
  );
}

const inGroups = (text: string) => text.replace(/(.{4})(?=.)/g, "$1 ");
