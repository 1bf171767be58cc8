import { useId, type ReactNode } from "react";
import { FieldError, Input, Label, Text, TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from "react-aria-components";

export interface TextFieldProps extends Omit<AriaTextFieldProps, "children" | "className"> {
  label: string;
  description?: ReactNode;
  error?: string;
  inputMode?: "text" | "numeric" | "decimal" | "email" | "search";
  /** For names and codes: no capitals, no spelling marks. */
  literal?: boolean;
}

/** A labelled input whose description and error are read out with it. */
export function TextField({ label, description, error, literal, ...props }: TextFieldProps) {
  return (
    <AriaTextField {...props} isInvalid={error !== undefined} validationBehavior="aria" className="field">
      <Label>{label}</Label>
      <Input {...(literal ? { autoCapitalize: "none", spellCheck: false } : {})} />
      {description ? <Text slot="description">{description}</Text> : null}
      <FieldError>{error}</FieldError>
    </AriaTextField>
  );
}

export interface SelectFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string }[];
  description?: string;
  error?: string;
  hideLabel?: boolean;
  isDisabled?: boolean;
}

/** The browser's own select: the best one on a phone, and with a keyboard. */
export function SelectField({ label, value, onChange, options, description, error, hideLabel, isDisabled }: SelectFieldProps) {
  const id = useId();
  const told = [description ? `${id}-description` : "", error ? `${id}-error` : ""].join(" ").trim();
  return (
    <div className="field">
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : "react-aria-Label"}>{label}</label>
      <select id={id} value={value} disabled={isDisabled} aria-invalid={error !== undefined} aria-describedby={told || undefined} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {description ? <span id={`${id}-description`} className="field-description">{description}</span> : null}
      {error ? <span id={`${id}-error`} className="react-aria-FieldError">{error}</span> : null}
    </div>
  );
}
