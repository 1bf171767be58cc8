import { FieldError, Label, Text, TextArea as AriaTextArea, TextField as AriaTextField } from "react-aria-components";

export interface TextAreaProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  description?: string;
  error?: string;
  rows?: number;
}

/** Several lines of text. */
export function TextArea({ label, value, onChange, description, error, rows = 4 }: TextAreaProps) {
  return (
    <AriaTextField className="field" isInvalid={error !== undefined} validationBehavior="aria" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <AriaTextArea className="textarea" rows={rows} autoCapitalize="none" spellCheck={false} />
      {description ? <Text slot="description">{description}</Text> : null}
      <FieldError>{error}</FieldError>
    </AriaTextField>
  );
}
