import { SelectField, TextField } from "../../ui/Field";
import type { FieldErrors } from "./fieldErrors";
import { LinesField } from "./LinesField";
import { ListEditor } from "./ListEditor";
import { numbers, words, type GroupPolicy } from "./sessionPolicies";
import { SettingsForm } from "./SettingsForm";
import type { SectionFormProps } from "./types";
import { useSection } from "./useSection";

const summaryOf = (policy: GroupPolicy) => {
  const count = [...words, ...numbers].filter(({ name }) => policy[name] !== undefined && policy[name] !== null).length;
  return count === 0 ? "restricts nothing" : `restricts ${count === 1 ? "one thing" : `${count} things`}`;
};

/** What the members of groups may do less than their desktops' templates allow. */
export default function SessionPoliciesSettings({ onSaved }: SectionFormProps) {
  const section = useSection<{ policies: GroupPolicy[] }>("session-policies");
  return (
    <SettingsForm section={section} onSaved={onSaved}>
      {({ value, change, errors, fixed }) => (
        <>
          <p className="muted">
            A policy counts for the desktops of everybody who is in one of its groups, whoever connects to them. It can only take away: of the template and of all policies that
            match, the strictest counts. Who is connected gets a stricter policy within seconds, by connecting again.
          </p>
          <ListEditor
            field="policies" legend="Policies" one="policy" items={value.policies} onChange={(policies) => change({ policies })} blank={() => ({ name: "", groups: [] })}
            titleOf={({ name }) => name || "New policy"} noteOf={(policy) => <span className="muted">{summaryOf(policy)}</span>}
            empty="None: everybody’s sessions are as their templates say." lost={({ groups }) => `It no longer restricts ${groups.length > 0 ? groups.join(", ") : "anybody"}.`} errors={errors} fixed={fixed}
          >
            {(policy, set, itemErrors) => <PolicyFields policy={policy} set={set} errors={itemErrors} />}
          </ListEditor>
        </>
      )}
    </SettingsForm>
  );
}

function PolicyFields({ policy, set, errors }: { policy: GroupPolicy; set: (members: Partial<GroupPolicy>) => void; errors: FieldErrors }) {
  return (
    <>
      <TextField label="Name" value={policy.name} onChange={(name) => set({ name })} error={errors.name} description="People read it as the reason why something is off" />
      <LinesField label="Groups" field="groups" value={policy.groups} onChange={(groups) => set({ groups })} errors={errors} description="Whose desktops it is for." />
      <div className="settings-row">
        {words.map(({ name, label, options }) => (
          <SelectField
            key={name} label={label} value={policy[name] ?? ""} options={[{ value: "", label: "As the template says" }, ...options]} error={errors[name]}
            onChange={(choice) => set({ [name]: choice || null })}
          />
        ))}
        <SelectField
          label="Watermark" value={policy.watermark ? "true" : ""} options={[{ value: "", label: "As the template says" }, { value: "true", label: "The viewer’s name over the screen" }]} error={errors.watermark}
          onChange={(choice) => set({ watermark: choice === "true" ? true : null })}
        />
      </div>
      <div className="settings-row">
        {numbers.map(({ name, label }) => (
          <TextField
            key={name} label={label} inputMode="numeric" value={policy[name]?.toString() ?? ""} error={errors[name]} description="Empty: as the template says"
            onChange={(text) => set({ [name]: Number(text.replace(/\D/g, "").slice(0, 6)) || null })}
          />
        ))}
      </div>
    </>
  );
}
