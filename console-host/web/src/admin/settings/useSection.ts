import { useState } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/problem";
import { putSection, sectionQuery, settingsKeys } from "./api";
import type { FieldErrors } from "./fieldErrors";
import type { SectionView } from "./types";

export interface Section<T> {
  name: string;
  /** Undefined until it is loaded. */
  view: SectionView<T> | undefined;
  loadError: Error | null;
  /** Loads what the server has now, and forgets the last refusal. */
  reload: () => Promise<void>;
  /** Sends a value that was made from this version; false when the server refused it. */
  save: (value: T, version: number) => Promise<boolean>;
  isSaving: boolean;
  /** Why the last save was refused, unless `errors` or `conflict` say it. */
  error: Error | null;
  errors: FieldErrors;
  /** Somebody else has saved since this version was read. */
  conflict: boolean;
}

const noErrors: FieldErrors = {};

/** One section of the settings: what it is, and saving it on the condition that nobody else has. */
export function useSection<T>(name: string): Section<T> {
  const client = useQueryClient();
  const query = useQuery(sectionQuery<T>(name));
  const [refusal, setRefusal] = useState<Error | null>(null);
  const saving = useMutation({ mutationFn: ({ value, version }: { value: T; version: number }) => putSection(name, value, version) });
  const errors = refusal instanceof ApiError && refusal.status === 422 ? refusal.fieldErrors : noErrors;
  const conflict = refusal instanceof ApiError && refusal.code === "stale";

  async function save(value: T, version: number) {
    setRefusal(null);
    try {
      client.setQueryData(settingsKeys.section(name), await saving.mutateAsync({ value, version }));
    } catch (error) {
      setRefusal(error as Error);
      return false;
    }
    await client.invalidateQueries({ queryKey: settingsKeys.all, exact: true });
    return true;
  }

  async function reload() {
    await query.refetch();
    setRefusal(null);
  }

  return {
    name, view: query.data, loadError: query.data ? null : query.error, reload, save, isSaving: saving.isPending,
    error: conflict || Object.keys(errors).length > 0 ? null : refusal, errors, conflict,
  };
}
