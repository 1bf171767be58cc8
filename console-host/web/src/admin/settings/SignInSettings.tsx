import { InfoNote } from "../../ui/Notes";
import { LinesField } from "./LinesField";
import { SettingsForm } from "./SettingsForm";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";

interface SignInSection {
  localPasswords: boolean;
  requireSecondFactorRoles: string[];
  requireSecondFactorGroups: string[];
}

/** Whether local passwords sign in, and of whom a second factor is asked. */
export default function SignInSettings({ onSaved }: SectionFormProps) {
  const section = useSection<SignInSection>("sign-in");
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value, set, change, errors }) => (
        <>
          <label className="check">
            <input type="checkbox" checked={value.localPasswords} onChange={(event) => change({ localPasswords: event.target.checked })} />
            <span>Local accounts sign in with their passwords <span className="field-description">Administrators always may, so that a provider that is down locks nobody out.</span></span>
          </label>
          <LinesField
            label="Roles that need a second factor" field="requireSecondFactorRoles" value={value.requireSecondFactorRoles} onChange={set("requireSecondFactorRoles")} errors={errors}
            description="For example admin. Roles count whether a person has them or a group gives them."
          />
          <LinesField label="Groups that need a second factor" field="requireSecondFactorGroups" value={value.requireSecondFactorGroups} onChange={set("requireSecondFactorGroups")} errors={errors} />
          {value.requireSecondFactorRoles.length + value.requireSecondFactorGroups.length > 0
            ? <InfoNote><p>Who has none sets it up at the next sign-in. Sessions without one end within five minutes, perhaps yours too.</p></InfoNote>
            : null}
        </>
      )}
    </SettingsForm>
  );
}
