import { useState } from "react";
import { TextField } from "../../ui/Field";

export interface TextListFieldProps {
  label: string;
  value: string[];
  onChange: (value: string[]) => void;
  description?: string;
  error?: string;
}

const read = (text: string) => text.split(",").map((part) => part.trim()).filter(Boolean);

/** A few names with commas between them. What is typed stays as it is; only what it means is handed on. */
export function TextListField({ label, value, onChange, description, error }: TextListFieldProps) {
  const [typed, setTyped] = useState(value.join(", "));
  // Discarded, or loaded anew: then the text follows.
  const text = read(typed).join(",") === value.join(",") ? typed : value.join(", ");
  return (
    <TextField
      label={label} literal value={text} description={description} error={error}
      onChange={(next) => {
        setTyped(next);
        onChange(read(next));
      }}
    />
  );
}
