import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { TextField } from "../../ui/Field";
import { ErrorNote, InfoNote } from "../../ui/Notes";
import { Time } from "../../ui/Time";
import { CheckList } from "../access/CheckList";
import type { FieldErrors } from "./fieldErrors";
import { ListEditor } from "./ListEditor";
import { SecretField } from "./SecretField";
import { SettingsForm } from "./SettingsForm";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";
import { WebhookDeliveries } from "./WebhookDeliveries";
import { eventsQuery, newSecret, rotateSecret, testWebhook, webhookKeys, webhookStatusQuery, type NotificationsSection, type Webhook, type WebhookStatus } from "./webhooks";

const blank = (): Webhook => ({ name: "", url: "https://", secret: newSecret(), events: ["*"], enabled: true });

/** Who else is told of what happens: webhooks, how they are doing, and what they were sent. */
export default function NotificationsSettings({ onSaved }: SectionFormProps) {
  const section = useSection<NotificationsSection>("notifications");
  const client = useQueryClient();
  const status = useQuery(webhookStatusQuery).data ?? [];
  const stored = new Set(section.view?.value.webhooks.map((webhook) => webhook.name));

  function saved() {
    void client.invalidateQueries({ queryKey: webhookKeys.all });
    onSaved?.();
  }
  return (
    <>
      <SettingsForm section={section} onSaved={saved}>
        {({ value, set, errors, fixed }) => (
          <ListEditor
            field="webhooks" legend="Webhooks" one="webhook" items={value.webhooks} onChange={set("webhooks")} blank={blank}
            titleOf={(webhook) => webhook.name} noteOf={(webhook) => <WebhookBadge status={status.find((one) => one.name === webhook.name)} />}
            empty="Nobody is told of anything. A webhook is an address of another system that gets a signed message when something happens."
            lost={(webhook) => `Nothing more is sent to ${webhook.url}.`} errors={errors} fixed={fixed}
          >
            {(webhook, change, itemErrors) => (
              <WebhookFields
                webhook={webhook} change={change} errors={itemErrors} fixed={fixed} isStored={stored.has(webhook.name)}
                status={status.find((one) => one.name === webhook.name)} onRotated={() => void section.reload()}
              />
            )}
          </ListEditor>
        )}
      </SettingsForm>
      {section.view?.fixed ? section.view.value.webhooks.map(({ name }) => (
        <section key={name} aria-label={name}>
          <h3>{name} <WebhookBadge status={status.find((one) => one.name === name)} /></h3>
          <WebhookActions name={name} fixed onRotated={() => undefined} />
        </section>
      )) : null}
      <WebhookDeliveries webhooks={[...stored]} />
    </>
  );
}

export function WebhookBadge({ status }: { status: WebhookStatus | undefined }) {
  if (!status) return null;
  const [look, word] = ({ well: ["good", "Well"], failing: ["bad", "Failing"], gone: ["bad", "Gone"], disabled: ["idle", "Off"] } as const)[status.state];
  return <span className={`badge badge-${look}`}>{word}</span>;
}

interface FieldsProps {
  webhook: Webhook;
  change: (members: Partial<Webhook>) => void;
  errors: FieldErrors;
  fixed: boolean;
  /** Only what the server knows can be tried. */
  isStored: boolean;
  status: WebhookStatus | undefined;
  onRotated: () => void;
}

function WebhookFields({ webhook, change, errors, fixed, isStored, status, onRotated }: FieldsProps) {
  const events = useQuery(eventsQuery).data ?? [];
  const all = webhook.events.includes("*");
  return (
    <>
      {status?.problem && status.failingSince ? (
        <ErrorNote>Nothing has arrived since <Time at={status.failingSince} />. {status.problem}</ErrorNote>
      ) : null}
      <TextField label="Name" literal value={webhook.name} onChange={(name) => change({ name })} error={errors.name} isReadOnly={isStored} description="Lower-case letters, digits and hyphens." />
      <TextField label="Address" literal value={webhook.url} onChange={(url) => change({ url })} error={errors.url} description="Begins with https://. Addresses in private networks are refused unless the operator has opened them." />
      <label className="check">
        <input type="checkbox" checked={webhook.enabled} onChange={(event) => change({ enabled: event.target.checked })} />
        <span>Send to it</span>
      </label>
      <label className="check">
        <input type="checkbox" checked={all} onChange={(event) => change({ events: event.target.checked ? ["*"] : events.map((one) => one.name) })} />
        <span>Every event, also those that later versions add</span>
      </label>
      {all ? null : (
        <CheckList legend="Events" options={events.map((one) => ({ value: one.name, label: one.title, description: one.name }))} chosen={webhook.events} onChange={(chosen) => change({ events: chosen })} empty="" error={errors.events} />
      )}
      <SigningSecret webhook={webhook} change={change} error={errors.secret} />
      {isStored && !fixed ? <WebhookActions name={webhook.name} fixed={false} onRotated={onRotated} /> : null}
    </>
  );
}

function SigningSecret({ webhook, change, error }: Pick<FieldsProps, "webhook" | "change"> & { error: string | undefined }) {
  if (typeof webhook.secret !== "string" || !webhook.secret.startsWith("whsec_")) {
    return <SecretField label="Signing secret" value={webhook.secret} onChange={(secret) => change({ secret })} error={error} description="‘whsec_’ and base64. Set a new one with the button below: then the one before counts for another day." />;
  }
  return <OnceShown label="Signing secret" text={webhook.secret} hint="Give it to the receiver now: it is not shown again once you have saved." error={error} />;
}

function OnceShown({ label, text, hint, error }: { label: string; text: string; hint: string; error?: string }) {
  return (
    <div className="field" role="group" aria-label={label}>
      <span className="react-aria-Label">{label}</span>
      <div className="secret-state"><code>{text}</code> <CopyButton text={text} label="Copy" /></div>
      <span className="field-description">{hint}</span>
      {error ? <span className="react-aria-FieldError">{error}</span> : null}
    </div>
  );
}

function WebhookActions({ name, fixed, onRotated }: { name: string; fixed: boolean; onRotated: () => void }) {
  const client = useQueryClient();
  const [fresh, setFresh] = useState<string>();
  const test = useMutation({ mutationFn: () => testWebhook(name), onSuccess: () => client.invalidateQueries({ queryKey: webhookKeys.all }) });
  const rotate = useMutation({
    mutationFn: () => rotateSecret(name),
    onSuccess({ secret }) {
      setFresh(secret);
      onRotated();
    },
  });
  const error = test.error ?? rotate.error;
  return (
    <>
      <div className="card-actions">
        <Button small isPending={test.isPending} onPress={() => test.mutate()}>Send a test event</Button>
        {fixed ? null : <Button small isPending={rotate.isPending} onPress={() => rotate.mutate()}>New secret</Button>}
        <span role="status" className="muted">{test.isSuccess ? "It is on its way; see below." : ""}</span>
      </div>
      {error ? <ErrorNote>{messageOf(error)}</ErrorNote> : null}
      {fresh ? <InfoNote><OnceShown label="New signing secret" text={fresh} hint="It is in force now and not shown again. Until tomorrow messages are signed with the one before as well." /></InfoNote> : null}
    </>
  );
}
