import { useState } from "react";
import { Button } from "./Button";
import { Icon } from "./Icon";

type Theme = "auto" | "light" | "dark";
const order: Theme[] = ["auto", "light", "dark"];
const icons = { auto: "auto", light: "sun", dark: "moon" } as const;
const names = { auto: "as the system", light: "light", dark: "dark" } as const;

function stored(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

export function ThemeToggle() {
  const [theme, setTheme] = useState(stored);

  function change() {
    const next = order[(order.indexOf(theme) + 1) % order.length] ?? "auto";
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem("cws.theme", next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    setTheme(next);
  }
  return (
    <Button variant="quiet" aria-label={`Theme: ${names[theme]}`} onPress={change}>
      <Icon name={icons[theme]} />
    </Button>
  );
}
