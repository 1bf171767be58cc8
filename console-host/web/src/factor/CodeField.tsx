import { TextField } from "../ui/Field";

/** Six digits of an app; phones and password managers fill it in by themselves. */
export function CodeField({ value, onChange, error, description, autoFocus }: { value: string; onChange: (value: string) => void; error?: string; description?: string; autoFocus?: boolean }) {
  return (
    <TextField
      label="Code of the authenticator app" name="code" autoComplete="one-time-code" inputMode="numeric" literal value={value} onChange={onChange} error={error} description={description} isRequired autoFocus={autoFocus}
    />
  );
}
