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
  const text = value ?? "";
  if (text.trim() === "" && isNil(parameter.default)) return `${parameter.title} is needed; it has no default.`;
  if (parameter.options && parameter.options.length > 0) {
    const options = parameter.options.map(String);
    return options.includes(text) ? undefined : `'${text}' is not one of ${options.join(", ")}.`;
  }
  return parameter.type === "number" ? numberError(parameter, text.trim()) : textError(parameter, text);
}

function numberError({ minimum, maximum }: TemplateParameter, text: string): string | undefined {
  if (text === "") return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return `'${text}' is not a number.`;
  if (!isNil(minimum) && number < minimum) return `${number} is below the minimum ${minimum}.`;
  return !isNil(maximum) && number > maximum ? `${number} is above the maximum ${maximum}.` : undefined;
}

/** Where a template sets no limit, the server allows this many characters. */
const defaultMaximumLength = 1_000;

function textError({ maximumLength, pattern }: TemplateParameter, text: string): string | undefined {
  const longest = maximumLength ?? defaultMaximumLength;
  if (text.length > longest) return `The text has ${text.length} characters; at most ${longest} are allowed.`;
  if (/\p{Cc}/u.test(text)) return "Control characters are not allowed.";
  return pattern && !matchesWhole(pattern, text) ? `The text must match ${pattern}.` : undefined;
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

/** One form for letters with accents: some systems type a letter and its accent as two characters, and who searches may have typed one. */
export const cleanName = (text: string) => text.trim().normalize("NFC");

export function nameError(name: string): string | undefined {
  const text = cleanName(name);
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
