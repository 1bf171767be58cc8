import type { AccountFilter } from "../../api/administration";
import { SelectField, TextField } from "../../ui/Field";

const states = [
  { value: "", label: "Any" }, { value: "enabled", label: "Enabled" }, { value: "disabled", label: "Disabled" }, { value: "locked", label: "Locked out" },
];

export interface Filters {
  text: string;
  state: string;
  role: string;
  group: string;
  source: string;
}

export const noFilters: Filters = { text: "", state: "", role: "", group: "", source: "" };

export function filterOf({ text, state, role, group, source }: Filters): AccountFilter {
  return {
    ...(text.trim() ? { q: text.trim() } : {}),
    ...(state === "locked" ? { locked: "true" } : state ? { disabled: String(state === "disabled") } : {}),
    ...(role.trim() ? { role: role.trim() } : {}),
    ...(group.trim() ? { group: group.trim() } : {}),
    ...(source.trim() ? { source: source.trim() } : {}),
  };
}

export function AccountFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value });
  return (
    <div className="filters" role="search">
      <TextField label="Name or e-mail" type="search" value={filters.text} onChange={set("text")} />
      <SelectField label="State" value={filters.state} onChange={set("state")} options={states} />
      <TextField label="Role" type="search" value={filters.role} onChange={set("role")} literal />
      <TextField label="Group" type="search" value={filters.group} onChange={set("group")} literal />
      <TextField label="Source" type="search" value={filters.source} onChange={set("source")} literal />
    </div>
  );
}
