import { FieldError, Label, Radio, RadioGroup, Switch, Text } from "react-aria-components";
import type { Scalar, TemplateParameter } from "../api/types";
import { SelectField, TextField } from "../ui/Field";
import { fieldKind, money, type FieldErrors, type FormValues } from "./validation";

interface Props {
  parameters: TemplateParameter[];
  values: FormValues;
  errors: FieldErrors;
  onChange: (name: string, value: string | boolean) => void;
}

/** One field per parameter of the template, of the kind its rules ask for. */
export function ParameterFields({ parameters, values, errors, onChange }: Props) {
  return parameters.map((parameter) => (
    <ParameterField
      key={parameter.name}
      parameter={parameter}
      value={values[parameter.name] ?? ""}
      error={errors[parameter.name]}
      onChange={(value) => onChange(parameter.name, value)}
    />
  ));
}

interface FieldProps {
  parameter: TemplateParameter;
  value: string | boolean;
  error: string | undefined;
  onChange: (value: string | boolean) => void;
}

function ParameterField({ parameter, value, error, onChange }: FieldProps) {
  switch (fieldKind(parameter)) {
    case "radio":
      return <OptionRadios parameter={parameter} value={String(value)} error={error} onChange={onChange} />;
    case "select":
      return (
        <SelectField
          label={parameter.title}
          description={parameter.description ?? undefined}
          value={String(value)}
          error={error}
          onChange={onChange}
          options={(parameter.options ?? []).map((option) => ({ value: String(option), label: optionLabel(parameter, option) }))}
        />
      );
    case "switch":
      return (
        <div className="field">
          <Switch className="switch" isSelected={value === true} onChange={onChange}>
            <span className="switch-track" /> {parameter.title}
          </Switch>
          {parameter.description ? <span className="field-description">{parameter.description}</span> : null}
          {error ? <span className="react-aria-FieldError">{error}</span> : null}
        </div>
      );
    default:
      return (
        <TextField
          label={parameter.title}
          description={describe(parameter)}
          value={String(value)}
          error={error}
          inputMode={parameter.type === "number" ? "decimal" : "text"}
          onChange={onChange}
        />
      );
  }
}

function OptionRadios({ parameter, value, error, onChange }: FieldProps & { value: string }) {
  return (
    <RadioGroup className="field" value={value} onChange={onChange} isInvalid={error !== undefined} validationBehavior="aria">
      <Label>{parameter.title}</Label>
      {parameter.description ? <Text slot="description">{parameter.description}</Text> : null}
      <div className="radios">
        {(parameter.options ?? []).map((option) => (
          <Radio key={String(option)} value={String(option)} className="radio">
            <span className="radio-dot" /> {optionLabel(parameter, option)}
          </Radio>
        ))}
      </div>
      <FieldError>{error}</FieldError>
    </RadioGroup>
  );
}

function optionLabel(parameter: TemplateParameter, option: Scalar): string {
  const cost = parameter.hourlyCost?.[String(option)];
  return cost === undefined ? String(option) : `${String(option)} · ${money(cost)} an hour`;
}

function describe({ description, minimum, maximum }: TemplateParameter): string {
  const low = minimum === null || minimum === undefined ? null : `from ${minimum}`;
  const high = maximum === null || maximum === undefined ? null : `up to ${maximum}`;
  const bounds = [low, high].filter(Boolean).join(" ");
  return [description, bounds ? `${bounds[0]?.toUpperCase()}${bounds.slice(1)}.` : ""].filter(Boolean).join(" ");
}
