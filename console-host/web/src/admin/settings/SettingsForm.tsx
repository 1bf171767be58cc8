import { useState, type FormEvent, type ReactNode } from "react";
import { Form } from "react-aria-components";
import { messageOf } from "../../api/problem";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote, InfoNote, LoadFailed, Skeleton } from "../../ui/Notes";
import type { FieldErrors } from "./fieldErrors";
import type { SectionView } from "./types";
import type { Section } from "./useSection";
import { useUnsavedGuard } from "./useUnsavedGuard";

export interface Draft<T> {
  value: T;
  /** Replaces some members. */
  change: (members: Partial<T>) => void;
  /** `set("host")` is an `onChange` of the field `host`. */
  set: <K extends keyof T>(member: K) => (value: T[K]) => void;
  /** The server's messages by field, as it names them. */
  errors: FieldErrors;
  fixed: boolean;
}

export interface SettingsFormProps<T> {
  section: Section<T>;
  onSaved?: () => void;
  saveLabel?: string;
  children: (draft: Draft<T>) => ReactNode;
}

/** The frame of every section: loads it, holds the draft, saves or discards it, and says what stands in the way. */
export function SettingsForm<T extends object>(props: SettingsFormProps<T>) {
  const { section } = props;
  if (section.loadError) return <LoadFailed what="These settings" error={section.loadError} onRetry={() => void section.reload()} />;
  if (!section.view) return <Skeleton lines={5} />;
  return <Loaded {...props} view={section.view} />;
}

function Loaded<T extends object>({ section, view, onSaved, saveLabel = "Save", children }: SettingsFormProps<T> & { view: SectionView<T> }) {
  // A draft remembers what it was made from: what others save meanwhile becomes a conflict and not a silent merge.
  const [draft, setDraft] = useState<{ base: SectionView<T>; value: T } | null>(null);
  const [saved, setSaved] = useState(false);
  const value = draft?.value ?? view.value;
  const dirty = draft !== null && !same(draft.value, draft.base.value);
  const guard = useUnsavedGuard(dirty);

  function change(members: Partial<T>) {
    setSaved(false);
    setDraft((old) => ({ base: old?.base ?? view, value: { ...(old?.value ?? view.value), ...members } }));
  }
  async function submit(event: FormEvent) {
    event.preventDefault();
    // Fields inside a dialog bubble through React's tree: only this form's own submit saves.
    if (event.target !== event.currentTarget) return;
    if (!(await section.save(value, draft?.base.version ?? view.version))) return;
    setDraft(null);
    setSaved(true);
    onSaved?.();
  }
  async function loadTheirs() {
    await section.reload();
    setDraft(null);
  }
  return (
    <Form className="form settings-form" onSubmit={(event) => void submit(event)}>
      {view.fixed ? <InfoNote>The operator of this installation has set this section in its configuration (<code>CWS_SETTINGS__…</code>). It can be read here and changed only there.</InfoNote> : null}
      <fieldset className="settings-fields" disabled={view.fixed}>
        {children({ value, change, set: (member) => (next) => change({ [member]: next } as unknown as Partial<T>), errors: section.errors, fixed: view.fixed })}
      </fieldset>
      {section.errors[""] ? <ErrorNote>{section.errors[""]}</ErrorNote> : null}
      {section.error ? <ErrorNote>{messageOf(section.error)}</ErrorNote> : null}
      {section.conflict ? (
        <ErrorNote>
          <span>Somebody else has changed these settings since you opened them. Nothing of yours is saved yet.</span>
          <Button small onPress={() => void loadTheirs()}>Load theirs and discard mine</Button>
        </ErrorNote>
      ) : null}
      {view.fixed ? null : (
        <div className="form-actions">
          <Button type="submit" variant="primary" isPending={section.isSaving} isDisabled={!dirty}>{saveLabel}</Button>
          {dirty ? <Button onPress={() => setDraft(null)}>Discard changes</Button> : null}
          <p role="status" className="muted">{saved && !dirty ? "Saved." : ""}</p>
        </div>
      )}
      <ConfirmDialog title="Leave without saving?" isOpen={guard.leaving !== null} onClose={guard.stay} confirmLabel="Leave" danger onConfirm={() => Promise.resolve(guard.leave())}>
        <p>What you have changed here is not saved.</p>
      </ConfirmDialog>
    </Form>
  );
}

const same = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
