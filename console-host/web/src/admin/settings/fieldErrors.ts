/** Messages by the path of their field: `host`, `providers[0].issuer`. */
export type FieldErrors = Record<string, string | undefined>;

/** The messages below one path, with shorter names: of `providers[0]` those of its members. */
export function errorsUnder(errors: FieldErrors, path: string): FieldErrors {
  const own: FieldErrors = {};
  for (const [field, message] of Object.entries(errors)) {
    if (field.startsWith(`${path}.`)) own[field.slice(path.length + 1)] = message;
    else if (field.startsWith(`${path}[`)) own[field.slice(path.length)] = message;
  }
  return own;
}

/** Whether anything at or below the path is wrong. */
export const hasErrors = (errors: FieldErrors, path: string) => errors[path] !== undefined || Object.keys(errorsUnder(errors, path)).length > 0;
