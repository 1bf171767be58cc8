import { useQuery } from "@tanstack/react-query";
import { SelectField, TextField } from "../../ui/Field";
import { ErrorNote } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { exportsQuery, type AuditExport } from "../auditApi";
import { ListEditor } from "./ListEditor";
import { SecretField } from "./SecretField";
import { SettingsForm } from "./SettingsForm";
import type { Secret, SectionFormProps } from "./types";
import { useSection } from "./useSection";

interface AuditSection {
  syslog: { host?: string | null; port: number; transport: "tls" | "tcp" | "udp"; certificateAuthority?: string | null };
  otlp: { endpoint?: string | null; headers: { name: string; value?: Secret }[] };
}

const transports = [
  { value: "tls", label: "TLS (usually port 6514)" },
  { value: "tcp", label: "TCP, not encrypted (usually port 514)" },
  { value: "udp", label: "UDP, may lose messages (usually port 514)" },
];
const orNull = (text: string) => (text.trim() === "" ? null : text.trim());

/** Where the audit trail is sent to as it grows, and whether it arrives. */
export default function AuditSettings({ onSaved }: SectionFormProps) {
  const section = useSection<AuditSection>("audit");
  const states = useQuery(exportsQuery).data?.items ?? [];
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value: { syslog, otlp }, change, errors, fixed }) => {
        const setSyslog = (members: Partial<AuditSection["syslog"]>) => change({ syslog: { ...syslog, ...members } });
        const setOtlp = (members: Partial<AuditSection["otlp"]>) => change({ otlp: { ...otlp, ...members } });
        return (
          <>
            <h3>Syslog</h3>
            <State state={states.find(({ name }) => name === "syslog")} />
            <div className="settings-row">
              <TextField label="Syslog server" literal value={syslog.host ?? ""} onChange={(text) => setSyslog({ host: orNull(text) })} error={errors["syslog.host"]} description="Empty to send nothing" />
              <TextField label="Port" inputMode="numeric" value={String(syslog.port)} onChange={(text) => setSyslog({ port: Number(text.replace(/\D/g, "").slice(0, 5)) })} error={errors["syslog.port"]} />
              <SelectField label="Transport" value={syslog.transport} onChange={(choice) => setSyslog({ transport: choice as AuditSection["syslog"]["transport"] })} options={transports} error={errors["syslog.transport"]} />
            </div>
            <label className="field">
              <span className="react-aria-Label">Certificate authority</span>
              <textarea rows={3} spellCheck={false} value={syslog.certificateAuthority ?? ""} onChange={(event) => setSyslog({ certificateAuthority: event.target.value.trim() === "" ? null : event.target.value })} aria-invalid={errors["syslog.certificateAuthority"] !== undefined} />
              <span className="field-description">PEM of a company’s own authority; empty for those that this system trusts. The server’s certificate is always checked.</span>
              {errors["syslog.certificateAuthority"] ? <span className="react-aria-FieldError">{errors["syslog.certificateAuthority"]}</span> : null}
            </label>
            <h3>OpenTelemetry</h3>
            <State state={states.find(({ name }) => name === "otlp")} />
            <TextField label="Address for logs" literal value={otlp.endpoint ?? ""} onChange={(text) => setOtlp({ endpoint: orNull(text) })} error={errors["otlp.endpoint"]} description="OTLP over HTTP, for example https://otel.example.org:4318/v1/logs; empty to send nothing" />
            <ListEditor
              field="otlp.headers" legend="Headers" one="header" items={otlp.headers} onChange={(headers) => setOtlp({ headers })} blank={() => ({ name: "" })}
              titleOf={({ name }) => name} empty="None. Some receivers ask for a key in a header." lost={({ name }) => `The header ${name} is no longer sent.`} errors={errors} fixed={fixed}
            >
              {(header, set, itemErrors) => (
                <div className="settings-row">
                  <TextField label="Name" literal value={header.name} onChange={(name) => set({ name })} error={itemErrors.name} />
                  <SecretField label="Value" value={header.value} onChange={(next) => set({ value: next })} error={itemErrors.value} />
                </div>
              )}
            </ListEditor>
          </>
        );
      }}
    </SettingsForm>
  );
}

function State({ state }: { state: AuditExport | undefined }) {
  if (!state?.on) return null;
  if (state.failingSince) return <ErrorNote><span>Nothing gets through since <Time at={state.failingSince} />: {state.error} What is not sent is kept and sent when it can be.</span></ErrorNote>;
  return <p className="muted">{state.sent} {state.sent === 1 ? "entry" : "entries"} sent.</p>;
}
