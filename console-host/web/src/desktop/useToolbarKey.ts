import { useEffect } from "react";

const held = new Set(["Control", "Alt", "Shift"]);

/**
 * Ctrl+Alt+Shift, pressed and let go, calls the toolbar: every other key belongs to the desktop while its screen has the focus. Acting
 * when the last one is let go leaves no key pressed on the desktop.
 */
export function useToolbarKey(call: () => void) {
  useEffect(() => {
    const down = new Set<string>();
    let armed = false;
    const pressed = ({ key }: KeyboardEvent) => {
      down.add(key);
      armed = down.size === held.size && [...down].every((name) => held.has(name));
    };
    const released = ({ key }: KeyboardEvent) => {
      down.delete(key);
      if (!armed || down.size > 0) return;
      armed = false;
      call();
    };
    const reset = () => {
      down.clear();
      armed = false;
    };
    window.addEventListener("keydown", pressed, true);
    window.addEventListener("keyup", released, true);
    window.addEventListener("blur", reset);
    return () => {
      window.removeEventListener("keydown", pressed, true);
      window.removeEventListener("keyup", released, true);
      window.removeEventListener("blur", reset);
    };
  }, [call]);
}
