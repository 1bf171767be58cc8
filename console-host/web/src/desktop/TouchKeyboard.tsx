import { useRef, type FormEvent, type KeyboardEvent } from "react";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { keysyms, typeText, type KeyName } from "./keys";
import { difference, padding } from "./onScreenKeyboard";
import type { KeySender } from "./screenLink";

const passed: Record<string, KeyName> = { ArrowLeft: "Left", ArrowRight: "Right", ArrowUp: "Up", ArrowDown: "Down", Escape: "Escape", Tab: "Tab" };

/** Brings up the on-screen keyboard of a touch device: focus goes to a field nobody sees, and what is typed there goes to the desktop. */
export function TouchKeyboard({ link }: { link: KeySender }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const content = useRef(padding);

  function typed(event: FormEvent<HTMLTextAreaElement>) {
    const { erased, typed: text } = difference(content.current, event.currentTarget.value);
    for (let count = 0; count < erased; count++) link.sendKey(keysyms.BackSpace, "Backspace");
    typeText(link, text);
    content.current = event.currentTarget.value;
    const composing = (event.nativeEvent as InputEvent).isComposing;
    if (!composing && (content.current.length < 20 || content.current.length > 500)) reset();
  }
  function reset() {
    content.current = padding;
    if (field.current) field.current.value = padding;
  }
  function keyed(event: KeyboardEvent) {
    const key = passed[event.key];
    if (!key) return;
    event.preventDefault();
    link.sendKey(keysyms[key], event.code);
  }
  function show() {
    reset();
    field.current?.focus();
  }
  if (!window.matchMedia("(any-pointer: coarse)").matches) return null;
  return (
    <>
      <Button variant="quiet" aria-label="On-screen keyboard" onPress={show}><Icon name="keyboard" /></Button>
      <textarea ref={field} className="touch-keyboard" aria-label="Typing goes to the desktop" defaultValue={padding} tabIndex={-1} autoCapitalize="none" autoComplete="off" autoCorrect="off" spellCheck={false} onInput={typed} onKeyDown={keyed} />
    </>
  );
}
