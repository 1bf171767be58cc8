import { useState } from "react";
import { Button } from "../ui/Button";
import { combinations, hold, modifiers, press, type KeyName } from "./keys";
import type { ScreenLink } from "./screenLink";
import { PanelBox } from "./Toolbar";

/** Keys that never reach a page, and modifiers that stay down until they are pressed again. */
export function KeysPanel({ link }: { link: ScreenLink }) {
  const [down, setDown] = useState<ReadonlySet<KeyName>>(new Set());

  function toggle(key: KeyName) {
    const next = new Set(down);
    if (!next.delete(key)) next.add(key);
    hold(link, key, next.has(key));
    setDown(next);
  }
  function send(keys: KeyName[]) {
    press(link, keys);
    link.focus();
  }
  return (
    <PanelBox label="Keys">
      <div className="key-grid">
        {combinations.map(({ label, keys }) => <Button key={label} small onPress={() => send(keys)}>{label}</Button>)}
      </div>
      <p className="muted">Hold down:</p>
      <div className="key-grid">
        {modifiers.map(({ label, key }) => (
          <Button key={key} small variant={down.has(key) ? "primary" : "secondary"} aria-pressed={down.has(key)} aria-label={`Hold ${label}`} onPress={() => toggle(key)}>{label}</Button>
        ))}
      </div>
      <p className="muted">Ctrl + Alt + Shift, let go together, brings the keyboard to this toolbar.</p>
    </PanelBox>
  );
}
