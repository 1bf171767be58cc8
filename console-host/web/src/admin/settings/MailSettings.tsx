import { useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "react-router";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { ErrorNote, InfoNote } from "../../ui/Notes";
import { mailApi } from "../mailApi";
import { SecretField } from "./SecretField";
import { SettingsForm } from "./SettingsForm";
import type { Secret, SectionFormProps } from "./types";
import { useSection } from "./useSection";

type Encryption = "startTls" | "tls" | "none";

interface MailSection {
  host?: string | null;
  port: number;
  encryption: Encryption;
  user?: string | null;
  password?: Secret;
  from?: string | null;
  fromName: string;
  certificateAuthority?: string | null;
}

const encryptions = [
  { value: "startTls", label: "STARTTLS (usually port 587)" },
  { value: "tls", label: "TLS from the start (usually port 465)" },
  { value: "none", label: "None: for a relay on the same machine" },
];

/** The server that takes the product's mails, and a way to try it. */
export default function MailSettings({ onSaved }: SectionFormProps) {
  const section = useSection<MailSection>("mail");
  return (
    <>
      <SettingsForm section={section} onSaved={onSaved}>
        {({ value, set, change, errors }) => (
          <>
            {value.host ? null : <InfoNote><p>No mail server is set: mails are kept for a day and can be read under <Link to="/admin/mail">Mail</Link>.</p></InfoNote>}
            <div className="settings-row">
              <TextField label="Mail server" literal value={value.host ?? ""} onChange={(text) => change({ host: text.trim() === "" ? null : text.trim() })} error={errors.host} description="Its name, for example smtp.example.org" />
              <TextField label="Port" inputMode="numeric" value={String(value.port)} onChange={(text) => change({ port: Number(text.replace(/\D/g, "").slice(0, 5)) })} error={errors.port} />
              <SelectField label="Encryption" value={value.encryption} onChange={(choice) => change({ encryption: choice as Encryption })} options={encryptions} error={errors.encryption} />
            </div>
            <div className="settings-row">
              <TextField label="User" literal autoComplete="off" value={value.user ?? ""} onChange={(text) => change({ user: text === "" ? null : text })} error={errors.user} description="Empty for a server that asks for none" />
              <SecretField label="Password" value={value.password} onChange={set("password")} error={errors.password} />
            </div>
            <div className="settings-row">
              <TextField label="Mails come from" type="email" literal value={value.from ?? ""} onChange={(text) => change({ from: text.trim() === "" ? null : text.trim() })} error={errors.from} description="An address that the server lets us use" />
              <TextField label="Name beside it" value={value.fromName} onChange={set("fromName")} error={errors.fromName} />
            </div>
            <label className="field">
              <span className="react-aria-Label">Certificate authority</span>
              <textarea className="textarea" rows={3} spellCheck={false} value={value.certificateAuthority ?? ""} onChange={(event) => change({ certificateAuthority: event.target.value.trim() === "" ? null : event.target.value })} aria-invalid={errors.certificateAuthority !== undefined} />
              <span className="field-description">PEM of a company’s own authority; empty for those that this system trusts. The server’s certificate is always checked.</span>
              {errors.certificateAuthority ? <span className="react-aria-FieldError">{errors.certificateAuthority}</span> : null}
            </label>
          </>
        )}
      </SettingsForm>
      <TestMail />
    </>
  );
}

function TestMail() {
  const [to, setTo] = useState("");
  const test = useMutation({ mutationFn: () => mailApi.test(to.trim()) });
  return (
    <section className="test-mail form" aria-label="Send a test mail">
      <h3>Try it</h3>
      <p className="muted">With the settings as they are saved.</p>
      <TextField label="Send a test mail to" type="email" literal value={to} onChange={setTo} />
      <Button isDisabled={to.trim() === ""} isPending={test.isPending} onPress={() => test.mutate()}>Send a test mail</Button>
      <div role="status">
        {test.data ? <InfoNote><p>{test.data.delivered ? `The mail server took a mail to ${to.trim()}.` : "No mail server is set: the mail is under Mail."}</p></InfoNote> : null}
      </div>
      {test.error ? <ErrorNote>{messageOf(test.error)}</ErrorNote> : null}
    </section>
  );
}
