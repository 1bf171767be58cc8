import type { DesktopFilter } from "../../api/client";
import type { DesktopStatus } from "../../api/types";
import { cleanName } from "../../create/validation";
import { statusWords } from "../../desktops/words";
import { SelectField, TextField } from "../../ui/Field";

export interface Filters {
  text: string;
  owner: string;
  status: string;
  template: string;
  age: string;
}

export const noFilters: Filters = { text: "", owner: "", status: "", template: "", age: "" };

const states = [
  { value: "", label: "Any state" },
  ...(Object.keys(statusWords) as DesktopStatus[]).map((status) => ({ value: status, label: statusWords[status].label })),
];

const ages = [
  { value: "", label: "Any time" },
  { value: "unused 7", label: "Not used for a week" },
  { value: "unused 30", label: "Not used for 30 days" },
  { value: "unused 90", label: "Not used for 90 days" },
  { value: "created 30", label: "Older than 30 days" },
  { value: "created 365", label: "Older than a year" },
];

/** The start of the day so many days ago: the same question for as long as the page stays open. */
function daysAgo(days: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - days)).toISOString();
}

export function filterOf({ text, owner, status, template, age }: Filters): DesktopFilter {
  const [kind, days] = age.split(" ");
  const since = days ? daysAgo(Number(days)) : undefined;
  return {
    owner: owner.trim() || "*",
    ...(status ? { status } : {}),
    ...(template.trim() ? { template: template.trim() } : {}),
    ...(text.trim() ? { q: cleanName(text) } : {}),
    ...(since && kind === "created" ? { createdBefore: since } : {}),
    ...(since && kind === "unused" ? { unusedSince: since } : {}),
  };
}

export function DesktopFilters({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const set = (name: keyof Filters) => (value: string) => onChange({ ...filters, [name]: value });
  return (
    <div className="filters" role="search">
      <TextField label="Name or identifier" type="search" value={filters.text} onChange={set("text")} />
      <TextField label="Owner" type="search" value={filters.owner} onChange={set("owner")} literal />
      <SelectField label="State" value={filters.status} onChange={set("status")} options={states} />
      <TextField label="Template" type="search" value={filters.template} onChange={set("template")} literal />
      <SelectField label="Use" value={filters.age} onChange={set("age")} options={ages} />
    </div>
  );
}
