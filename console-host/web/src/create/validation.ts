import type { Parameters, Scalar, TemplateParameter } from "../api/types";

/** What the form holds: text for typed fields, so that a half-typed number is not lost. */
export type FormValues = Record<string, string | boolean>;
export type FieldErrors = Record<string, string>;

export type FieldKind = "radio" | "select" | "switch" | "number" | "text";

/** More choices than this are easier in a drop-down list. */
const mostRadios = 5;

export function fieldKind(parameter: TemplateParameter): FieldKind {
  const options = parameter.options?.length ?? 0;
  if (options > 0) return options > mostRadios ? "select" : "radio";
  if (parameter.type === "boolean") return "switch";
  return parameter.type === "number" ? "number" : "text";
}

export function initialValues(parameters: TemplateParameter[], current: Parameters = {}): FormValues {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, initialValue(parameter, current[parameter.name])]));
}

function initialValue(parameter: TemplateParameter, current: Scalar | undefined): string | boolean {
  const value = current ?? parameter.default;
  if (fieldKind(parameter) === "switch") return value === true;
  if (value === undefined || value === null) return parameter.options?.[0] === undefined ? "" : String(parameter.options[0]);
  return String(value);
}

/** Names every field that breaks a rule. The server checks the same again. */
export function validate(parameters: TemplateParameter[], values: FormValues): FieldErrors {
  const errors: FieldErrors = {};
  for (const parameter of parameters) {
    const error = parameterError(parameter, values[parameter.name]);
    if (error) errors[parameter.name] = error;
  }
  return errors;
}

function parameterError(parameter: TemplateParameter, value: string | boolean | undefined): string | undefined {
  if (typeof value === "boolean") return undefined;
  const text = (value ?? "").trim();
  if (parameter.options && parameter.options.length > 0) {
    return parameter.options.some((option) => String(option) === text) ? undefined : "Choose one of the options.";
  }
  return parameter.type === "number" ? numberError(parameter, text) : textError(parameter, value ?? "");
}

function numberError({ minimum, maximum, default: fallback }: TemplateParameter, text: string): string | undefined {
  if (text === "") return isNil(fallback) ? "Enter a number." : undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return "Enter a number, for example 4.";
  const low = !isNil(minimum) && number < minimum;
  const high = !isNil(maximum) && number > maximum;
  if (!low && !high) return undefined;
  if (!isNil(minimum) && !isNil(maximum)) return `Enter a number from ${minimum} to ${maximum}.`;
  return low ? `Enter ${minimum} or more.` : `Enter ${maximum} or less.`;
}

function textError({ maximumLength, pattern, default: fallback }: TemplateParameter, text: string): string | undefined {
  if (text === "" && !isNil(fallback) && fallback !== "") return "Enter a value.";
  if (!isNil(maximumLength) && text.length > maximumLength) return `Use at most ${maximumLength} characters; there are ${text.length}.`;
  if (pattern && !matchesWhole(pattern, text)) return `This does not have the form that the template asks for: ${pattern}`;
  return undefined;
}

/** A pattern is .NET's; one that this browser cannot read is left for the server to check. */
function matchesWhole(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(text);
  } catch {
    return true;
  }
}

/** What is sent: typed values, empty optional ones left out so that the server fills its defaults in. */
export function toParameters(parameters: TemplateParameter[], values: FormValues): Parameters {
  const sent: Parameters = {};
  for (const parameter of parameters) {
    const value = values[parameter.name];
    if (value === undefined || (value === "" && parameter.type === "number")) continue;
    sent[parameter.name] = typed(parameter, value);
  }
  return sent;
}

function typed(parameter: TemplateParameter, value: string | boolean): Scalar {
  const option = parameter.options?.find((candidate) => String(candidate) === value);
  if (option !== undefined) return option;
  if (parameter.type === "boolean") return value === true || value === "true";
  return parameter.type === "number" ? Number(value) : String(value);
}

export function nameError(name: string): string | undefined {
  const text = name.trim();
  if (text === "") return "Give the desktop a name.";
  if ([...text].length > 60) return "Use at most 60 characters.";
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? "Leave out control and formatting characters." : undefined;
}

/** "Linux desktop", then "Linux desktop 2": a name that is not taken yet. */
export function defaultName(title: string, taken: string[]): string {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? title : `${title} ${number}`;
    if (!names.has(name.toLowerCase())) return name;
  }
}

/** Dollars an hour of what is chosen now; null where the template names no cost. */
export function hourlyCost(parameters: TemplateParameter[], values: FormValues): number | null {
  const costs = parameters.flatMap((parameter) => {
    const cost = parameter.hourlyCost?.[String(values[parameter.name])];
    return cost === undefined ? [] : [cost];
  });
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

export function money(dollars: number): string {
  return `$${dollars < 0.1 ? dollars.toFixed(4).replace(/0{1,2}$/, "") : dollars.toFixed(2)}`;
}

/** The server's errors by the form's fields; what fits none is left for the top of the form. */
export function serverErrors(fieldErrors: Record<string, string>): FieldErrors {
  return Object.fromEntries(Object.entries(fieldErrors).map(([field, message]) => [field.replace(/^parameters\./, ""), message]));
}

function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
