/** What a key sink hands on. */
export interface SinkParts {
  /** A key that is nobody else's business; the engine prevents what the browser would do with it. */
  key: (event: KeyboardEvent) => void;
  /** Text that no single key made: a composition, a dead key's letter, a virtual keyboard. */
  type: (text: string) => void;
  /** The text of this machine's clipboard, just before the keys that paste it. */
  paste: (text: string) => void;
}

export interface KeySink {
  readonly element: HTMLTextAreaElement;
  focus(): void;
  dispose(): void;
}

/** How long the browser may take to hand over its clipboard before the keys are passed on without it. */
const pasteWait = 100;

/**
 * A field nobody sees that has the focus while somebody works on the screen. Only in a field does the browser compose characters (input
 * methods, dead keys of this machine's layout) and hand over its clipboard without a question; plain keys are passed on untouched.
 */
export function createKeySink(place: HTMLElement, parts: SinkParts): KeySink {
  const element = field();
  place.append(element);
  const kept = new Set<string>();
  let dead = false;
  let paste: { event: KeyboardEvent; timer: ReturnType<typeof setTimeout> } | null = null;

  function pressed(event: KeyboardEvent) {
    if (belongsToComposition(event)) return keep(event);
    if (event.key === "Dead") {
      dead = true;
      return keep(event);
    }
    if (dead && event.key.length === 1 && !event.ctrlKey && !event.metaKey) return keep(event);
    if (event.key.length > 1 && !isModifier(event.key)) dead = false;
    if (isPaste(event) && !event.repeat) return waitForClipboard(event);
    parts.key(event);
  }
  function released(event: KeyboardEvent) {
    if (kept.delete(event.code)) return event.stopPropagation();
    passHeldPaste();
    parts.key(event);
  }
  function keep(event: KeyboardEvent) {
    event.stopPropagation();
    kept.add(event.code);
  }

  function waitForClipboard(event: KeyboardEvent) {
    event.stopPropagation();
    paste = { event, timer: setTimeout(passHeldPaste, pasteWait) };
  }
  function passHeldPaste() {
    if (!paste) return;
    const { event, timer } = paste;
    clearTimeout(timer);
    paste = null;
    parts.key(event);
  }
  function pasted(event: ClipboardEvent) {
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData?.getData("text/plain");
    if (text) parts.paste(text);
    passHeldPaste();
  }

  function entered(event: Event) {
    event.stopPropagation();
    const { data, inputType, isComposing } = event as InputEvent;
    // The end of a composition tells the same text once more, before or after this, as each browser likes it.
    if (isComposing || /composition/i.test(inputType)) return;
    dead = false;
    element.value = "";
    if (data) parts.type(data);
  }
  function composed(event: CompositionEvent) {
    event.stopPropagation();
    dead = false;
    element.classList.remove("key-sink-composing");
    element.value = "";
    if (event.data) parts.type(event.data);
  }
  const composing = () => element.classList.add("key-sink-composing");

  // Before the engine's own listeners, which are on the field or below.
  const listeners = new AbortController();
  const options = { capture: true, signal: listeners.signal };
  element.addEventListener("keydown", pressed, options);
  element.addEventListener("keyup", released, options);
  element.addEventListener("input", entered, options);
  element.addEventListener("paste", pasted, options);
  element.addEventListener("compositionstart", composing, options);
  element.addEventListener("compositionend", composed, options);
  return {
    element,
    focus: () => element.focus({ preventScroll: true }),
    dispose() {
      if (paste) clearTimeout(paste.timer);
      listeners.abort();
      element.remove();
    },
  };
}

function field(): HTMLTextAreaElement {
  const element = document.createElement("textarea");
  element.className = "key-sink";
  element.setAttribute("aria-label", "Keys go to the desktop. Ctrl + Alt + Shift leads to the toolbar.");
  // A tap on the screen must not bring up a touch device's keyboard; there is a button for that.
  element.inputMode = "none";
  element.autocapitalize = "none";
  element.autocomplete = "off";
  element.spellcheck = false;
  element.setAttribute("autocorrect", "off");
  return element;
}

const belongsToComposition = (event: KeyboardEvent) => event.isComposing || event.keyCode === 229 || event.key === "Process";
const isModifier = (key: string) => /^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Fn)$/.test(key);
const isPaste = ({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent) => ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === "v") || (shiftKey && key === "Insert");
