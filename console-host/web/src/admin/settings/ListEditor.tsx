import { useId, useRef, useState, type ReactNode } from "react";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { errorsUnder, hasErrors, type FieldErrors } from "./fieldErrors";

export interface ListEditorProps<T> {
  /** The member of the section, as the server's messages name it: `providers`. */
  field: string;
  legend: string;
  /** One of them, for the buttons: `provider`. */
  one: string;
  items: readonly T[];
  onChange: (items: T[]) => void;
  /** A new, empty one. */
  blank: () => NoInfer<T>;
  titleOf: (item: T) => string;
  /** Beside the title, for example a state. */
  noteOf?: (item: T) => ReactNode;
  empty: string;
  /** What goes with it, for the question before it is removed. */
  lost: (item: T) => string;
  /** Whether the order means something: then it can be changed. */
  ordered?: boolean;
  errors: FieldErrors;
  fixed?: boolean;
  /** The fields of one item; `errors` are those below it, `issuer` and not `providers[0].issuer`. */
  children: (item: T, change: (members: Partial<T>) => void, errors: FieldErrors) => ReactNode;
}

interface Row { key: number; open: boolean }

/** Providers, directories, webhooks: open one to change it, add, remove after a question, and move by buttons that keep the focus. */
export function ListEditor<T>(props: ListEditorProps<T>) {
  const { field, items, onChange, errors, fixed } = props;
  const heading = useId();
  const rows = useRows(items.length);
  const [removing, setRemoving] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const removed = removing === null ? undefined : items[removing];

  function move(from: number, to: number) {
    onChange(moved(items, from, to));
    rows.move(from, to);
    setSaid(`${props.titleOf(items[from] as T)} is now number ${to + 1} of ${items.length}.`);
  }
  function remove(index: number) {
    onChange(items.filter((_, position) => position !== index));
    rows.remove(index);
  }
  return (
    <section className="list-editor" aria-labelledby={heading}>
      <div className="panel-head">
        <h3 id={heading}>{props.legend}</h3>
        {fixed ? null : <Button small onPress={() => { onChange([...items, props.blank()]); rows.add(); }}><Icon name="plus" /> Add {props.one}</Button>}
      </div>
      {items.length === 0 ? <p className="muted">{props.empty}</p> : null}
      {errors[field] ? <span className="react-aria-FieldError" role="alert">{errors[field]}</span> : null}
      <ol className="list-items">
        {items.map((item, index) => {
          const path = `${field}[${index}]`;
          return (
            <Item
              key={rows.at(index).key} title={props.titleOf(item) || `New ${props.one}`} note={props.noteOf?.(item)} one={props.one} open={rows.at(index).open || hasErrors(errors, path)} onToggle={() => rows.toggle(index)}
              onUp={props.ordered && !fixed && index > 0 ? () => move(index, index - 1) : undefined}
              onDown={props.ordered && !fixed && index < items.length - 1 ? () => move(index, index + 1) : undefined}
              showsOrder={Boolean(props.ordered) && !fixed && items.length > 1}
              onRemove={fixed ? undefined : () => setRemoving(index)}
            >
              {errors[path] ? <span className="react-aria-FieldError" role="alert">{errors[path]}</span> : null}
              {props.children(item, (members) => onChange(items.map((one, position) => (position === index ? { ...one, ...members } : one))), errorsUnder(errors, path))}
            </Item>
          );
        })}
      </ol>
      <span role="status" className="visually-hidden">{said}</span>
      {removed === undefined || removing === null ? null : (
        <ConfirmDialog title={`Remove ${props.titleOf(removed) || `this ${props.one}`}?`} isOpen onClose={() => setRemoving(null)} confirmLabel={`Remove ${props.one}`} danger onConfirm={() => Promise.resolve(remove(removing))}>
          <p>{props.lost(removed)} It takes effect when you save.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

interface ItemProps {
  title: string;
  note?: ReactNode;
  one: string;
  open: boolean;
  onToggle: () => void;
  onUp?: () => void;
  onDown?: () => void;
  showsOrder: boolean;
  onRemove?: () => void;
  children: ReactNode;
}

function Item({ title, note, open, onToggle, onUp, onDown, showsOrder, onRemove, children }: ItemProps) {
  const body = useId();
  return (
    <li className="list-item">
      <div className="list-item-head">
        <button type="button" className="list-item-title" aria-expanded={open} aria-controls={body} onClick={onToggle}>
          <Icon name="chevron" className={open ? "" : "turned"} /> {title}
        </button>
        {note}
        <div className="row-actions">
          {showsOrder ? (
            <>
              <Button small aria-label={`Move up: ${title}`} isDisabled={!onUp} onPress={onUp}><Icon name="chevron" /></Button>
              <Button small aria-label={`Move down: ${title}`} isDisabled={!onDown} onPress={onDown}><Icon name="chevron" className="turned" /></Button>
            </>
          ) : null}
          {onRemove ? <Button small aria-label={`Remove: ${title}`} onPress={onRemove}>Remove</Button> : null}
        </div>
      </div>
      <div id={body} className="list-item-body form" hidden={!open}>{children}</div>
    </li>
  );
}

/** Which item is which while they are added, moved and removed: their names are being typed and cannot say. */
function useRows(count: number) {
  const next = useRef(count);
  const [rows, setRows] = useState<Row[]>(() => Array.from({ length: count }, (_, key) => ({ key, open: false })));
  // Discarded or loaded anew: the list is another one.
  const shown = rows.length === count ? rows : Array.from({ length: count }, (_, index) => rows[index] ?? { key: index + 1_000_000, open: false });
  return {
    at: (index: number) => shown[index] ?? { key: index, open: false },
    add: () => setRows([...shown, { key: next.current++, open: true }]),
    remove: (index: number) => setRows(shown.filter((_, position) => position !== index)),
    move: (from: number, to: number) => setRows(moved(shown, from, to)),
    toggle: (index: number) => setRows(shown.map((row, position) => (position === index ? { ...row, open: !row.open } : row))),
  };
}

function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), items[from] as T, ...rest.slice(to)];
}
