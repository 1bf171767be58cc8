import { useState } from "react";
import { Button } from "./Button";
import { Icon } from "./Icon";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  }
  return (
    <>
      <Button small onPress={() => void copy()}>
        <Icon name={copied ? "check" : "copy"} /> {copied ? "Copied" : label}
      </Button>
      <span role="status" className="visually-hidden">{copied === false ? "The browser did not allow copying: select the text instead" : ""}</span>
    </>
  );
}
