import { useState, type FormEvent } from "react";
import { Form } from "react-aria-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { ApiError, messageOf } from "../api/problem";
import { entitlementsQuery, groupsQuery, keys, rolesQuery, templatesQuery } from "../api/queries";
import type { Entitlement, Group, Role } from "../api/types";
import { Button } from "../ui/Button";
import { SelectField, TextField } from "../ui/Field";
import { ErrorNote, LoadFailed, Skeleton } from "../ui/Notes";

const entitlementId = "first-desktops";
const roleName = "desktop-people";

interface Rules { entitlements: Entitlement[]; roles: Role[]; groups: Group[] }

/** Who may use what, how often: one entitlement, given to everybody or to one group. The access rules say the rest. */
export function FirstEntitlement({ onDone }: { onDone: () => void }) {
  const [entitlements, roles, groups, templates] = [useQuery(entitlementsQuery), useQuery(rolesQuery), useQuery(groupsQuery), useQuery(templatesQuery)];
  const failed = [entitlements, roles, groups, templates].find((query) => query.isError);
  if (failed?.error) return <LoadFailed what="The access rules" error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!entitlements.data || !roles.data || !groups.data || !templates.data) return <Skeleton lines={4} />;
  const names = templates.data.items.map((template) => ({ value: template.name, label: template.title }));
  return <RuleFields rules={{ entitlements: entitlements.data, roles: roles.data, groups: groups.data }} templates={names} onDone={onDone} />;
}

function RuleFields({ rules, templates, onDone }: { rules: Rules; templates: { value: string; label: string }[]; onDone: () => void }) {
  const client = useQueryClient();
  const [who, setWho] = useState("everybody");
  const [group, setGroup] = useState("");
  const [template, setTemplate] = useState("*");
  const [maximum, setMaximum] = useState("2");
  const save = useMutation({
    mutationFn: () => store(rules, who === "group" ? group.trim() : null, template, maximum.trim() === "" ? null : Number(maximum)),
    // Whatever came of it: what is stored now is what the next try begins with.
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: keys.access }), client.invalidateQueries({ queryKey: keys.templates })]),
    onSuccess: onDone,
  });
  const errors = save.error instanceof ApiError ? save.error.fieldErrors : {};

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate();
  }
  return (
    <Form className="form settings-fields" onSubmit={submit}>
      <SelectField label="Who" value={who} onChange={setWho} options={[{ value: "everybody", label: "Everybody with an account" }, { value: "group", label: "One group" }]} />
      {who === "group" ? <TextField label="Group" value={group} onChange={setGroup} isRequired error={errors.name} literal description="As the provider or directory writes it, or a local one. Everybody else gets no desktop." /> : null}
      <SelectField label="Template" value={template} onChange={setTemplate} error={errors.template} options={[{ value: "*", label: "Every template" }, ...templates]} />
      <TextField label="Desktops per person" type="number" inputMode="numeric" value={maximum} onChange={setMaximum} error={errors.maximum} description="Of each template. Empty for as many as the template allows." />
      {save.error && Object.keys(errors).length === 0 ? <ErrorNote>{messageOf(save.error)}</ErrorNote> : null}
      <div className="form-actions"><Button type="submit" variant="primary" isDisabled={save.isPending}>Save and go on</Button></div>
    </Form>
  );
}

/** In an order in which nothing names what is not there yet; what everybody had by default goes last. */
async function store(rules: Rules, group: string | null, template: string, maximum: number | null) {
  const versionOf = (found: { version: number } | undefined) => found?.version ?? 0;
  await api.putEntitlement({ id: entitlementId, description: "Made while setting up.", template, maximum, version: versionOf(rules.entitlements.find((one) => one.id === entitlementId)) });
  if (group !== null) {
    await api.putRole({
      name: roleName, description: "Those who have desktops.", permissions: ["desktops.use"], entitlements: [entitlementId],
      version: versionOf(rules.roles.find((one) => one.name === roleName)),
    });
    const before = rules.groups.find((one) => one.name === group);
    await api.putGroup({ name: group, description: before?.description ?? null, roles: [...new Set([...(before?.roles ?? []), roleName])], version: versionOf(before) });
  }
  const user = rules.roles.find((one) => one.name === "user");
  if (user) await api.putRole({ ...user, entitlements: group === null ? [entitlementId] : [] });
}
