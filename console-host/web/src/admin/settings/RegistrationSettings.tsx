import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { keys } from "../../api/queries";
import { SelectField, TextField } from "../../ui/Field";
import { CheckList } from "../access/CheckList";
import { sectionQuery } from "./api";
import { LinesField } from "./LinesField";
import { SettingsForm } from "./SettingsForm";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";

interface RegistrationSection {
  enabled: boolean;
  domains: string[];
  approval: "none" | "admin";
  target: string;
  namesDenied: string[];
  namesAllowed: string[];
  defaultGroups: string[];
  defaultRoles: string[];
  linkMinutes: number;
  passwordReset: boolean;
}

/** Who may make an account for themselves, where it is made, and what it may do. */
export default function RegistrationSettings({ onSaved }: SectionFormProps) {
  const section = useSection<RegistrationSection>("registration");
  const roles = useQuery({ queryKey: [...keys.access, "roles"], queryFn: ({ signal }) => api.roles(signal) }).data ?? [];
  const targets = useTargets(section.view?.value.target);
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value, set, change, errors, fixed }) => (
        <>
          <Check label="People may register by themselves" checked={value.enabled} onChange={set("enabled")} />
          <LinesField label="E-mail domains" field="domains" value={value.domains} onChange={set("domains")} errors={errors} description="Only addresses of exactly these may register; a subdomain needs a line of its own." />
          <div className="settings-row">
            <SelectField
              label="Approval" value={value.approval} onChange={(choice) => change({ approval: choice as RegistrationSection["approval"] })} error={errors.approval}
              options={[{ value: "none", label: "Not needed" }, { value: "admin", label: "By an administrator" }]}
            />
            <SelectField label="Accounts are made in" value={value.target} onChange={set("target")} options={targets} error={errors.target} />
            <TextField label="Minutes that links work" inputMode="numeric" value={String(value.linkMinutes)} onChange={(text) => change({ linkMinutes: Number(text.replace(/\D/g, "").slice(0, 4)) })} error={errors.linkMinutes} />
          </div>
          <CheckList
            legend="Roles of accounts made in this installation (none: user)" options={roles.filter(({ name }) => name !== "admin").map(({ name, description }) => ({ value: name, label: name, description }))}
            chosen={value.defaultRoles} onChange={set("defaultRoles")} empty="There are no roles." error={errors.defaultRoles} isDisabled={fixed}
          />
          <LinesField label="Groups of accounts made in this installation" field="defaultGroups" value={value.defaultGroups} onChange={set("defaultGroups")} errors={errors} />
          <LinesField label="User names that nobody may register" field="namesDenied" value={value.namesDenied} onChange={set("namesDenied")} errors={errors} description="* stands for any characters. Names such as admin, root and support are reserved in any case." />
          <LinesField label="User names that may be registered" field="namesAllowed" value={value.namesAllowed} onChange={set("namesAllowed")} errors={errors} description="Empty for all others; otherwise only these." />
          <Check label="People may set a new password by a mail to their address" checked={value.passwordReset} onChange={set("passwordReset")} />
        </>
      )}
    </SettingsForm>
  );
}

function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return <label className="check"><input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} /><span>{label}</span></label>;
}

/** Directories that accounts can be made in; the present one even when it is gone, so that it shows. */
function useTargets(present: string | undefined) {
  const { data } = useQuery({ ...sectionQuery<{ directories: { name: string; title?: string | null; createIn?: string | null }[] }>("directories"), retry: false });
  const directories = (data?.value.directories ?? []).filter(({ createIn }) => createIn).map(({ name, title }) => ({ value: name, label: title ?? name }));
  const known = [{ value: "local", label: "This installation" }, ...directories];
  return present === undefined || known.some(({ value }) => value === present) ? known : [...known, { value: present, label: `${present} (not among the directories)` }];
}
