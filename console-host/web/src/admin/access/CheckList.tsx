export interface CheckListProps {
  legend: string;
  options: { value: string; label: string; description?: string | null }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  empty: string;
  error?: string;
  isDisabled?: boolean;
}

/** Any number of a few things: native boxes, so that keyboard and screen reader know them. */
export function CheckList({ legend, options, chosen, onChange, empty, error, isDisabled }: CheckListProps) {
  function toggle(value: string, on: boolean) {
    onChange(on ? [...chosen, value] : chosen.filter((one) => one !== value));
  }
  return (
    <fieldset className="check-list field" disabled={isDisabled}>
      <legend className="react-aria-Label">{legend}</legend>
      {options.length === 0 ? <span className="field-description">{empty}</span> : null}
      {options.map((option) => (
        <label key={option.value} className="check">
          <input type="checkbox" checked={chosen.includes(option.value)} onChange={(event) => toggle(option.value, event.target.checked)} />
          <span>{option.label}{option.description ? <span className="field-description"> {option.description}</span> : null}</span>
        </label>
      ))}
      {error ? <span className="react-aria-FieldError" role="alert">{error}</span> : null}
    </fieldset>
  );
}
