import { useState } from "react";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import type { Secret } from "./types";

export interface SecretFieldProps {
  label: string;
  value: Secret;
  onChange: (value: Secret) => void;
  description?: string;
  error?: string;
}

const isKept = (value: Secret) => typeof value === "object" && value !== null && value.set;

/** A secret never comes back from the server: it is set or not, and can be replaced or removed. */
export function SecretField({ label, value, onChange, description, error }: SecretFieldProps) {
  const [before, setBefore] = useState<Secret>(isKept(value) ? value : null);
  if (isKept(value) && before === null) setBefore(value);

  if (isKept(value)) {
    return (
      <div className="field" role="group" aria-label={label}>
        <span className="react-aria-Label">{label}</span>
        <div className="secret-state">
          <span className="badge badge-good">Set</span>
          <Button small aria-label={`Replace: ${label}`} onPress={() => onChange("")}>Replace</Button>
          <Button small aria-label={`Remove: ${label}`} onPress={() => onChange(null)}>Remove</Button>
        </div>
        {description ? <span className="field-description">{description}</span> : null}
        {error ? <span className="react-aria-FieldError">{error}</span> : null}
      </div>
    );
  }
  return (
    <div className="secret-input">
      <TextField
        label={label} type="password" autoComplete="new-password" literal value={typeof value === "string" ? value : ""}
        onChange={(text) => onChange(text === "" && before === null ? null : text)} description={description} error={error}
      />
      {before === null ? null : <Button small aria-label={`Keep the present one: ${label}`} onPress={() => onChange(before)}>Keep the present one</Button>}
    </div>
  );
}
