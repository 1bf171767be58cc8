import { useId, useState } from "react";
import { hasErrors, type FieldErrors } from "./fieldErrors";

export interface LinesFieldProps {
  label: string;
  /** The member of the section, as the server's messages name it. */
  field: string;
  value: readonly string[];
  onChange: (lines: string[]) => void;
  description?: string;
  errors: FieldErrors;
}

const linesOf = (text: string) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");

/** A list of short texts, one to a line. */
export function LinesField({ label, field, value, onChange, description, errors }: LinesFieldProps) {
  const id = useId();
  // What is being typed has empty lines; what others set from outside replaces it.
  const [typed, setTyped] = useState(value.join("\n"));
  const text = linesOf(typed).join("\n") === value.join("\n") ? typed : value.join("\n");
  const wrong = value.flatMap((line, index) => (errors[`${field}[${index}]`] === undefined ? [] : [`${line}: ${errors[`${field}[${index}]`]}`]));
  const messages = [...(errors[field] === undefined ? [] : [errors[field]]), ...wrong];

  function change(next: string) {
    setTyped(next);
    onChange(linesOf(next));
  }
  return (
    <div className="field">
      <label htmlFor={id} className="react-aria-Label">{label}</label>
      <textarea className="textarea"
        id={id} rows={Math.min(8, Math.max(2, value.length + 1))} spellCheck={false} autoCapitalize="none" value={text} onChange={(event) => change(event.target.value)}
        aria-invalid={hasErrors(errors, field)} aria-describedby={`${id}-about ${id}-errors`}
      />
      <span id={`${id}-about`} className="field-description">{description ? `${description} ` : ""}One to a line.</span>
      <span id={`${id}-errors`} className="react-aria-FieldError">{messages.join(" ")}</span>
    </div>
  );
}
