import { useState } from "react";
import { Button } from "../ui/Button";
import { mayCopy, mayPaste, policySentence, readNow, writeQuietly } from "./clipboard";
import type { ScreenLink } from "./screenLink";
import { PanelBox } from "./Toolbar";

interface Props {
  link: ScreenLink;
  remoteText: string;
}

/** For browsers that keep the clipboard to themselves: text goes through a box. */
export function ClipboardPanel({ link, remoteText }: Props) {
  const policy = link.session.clipboard;
  const [edited, setEdited] = useState<{ from: string; text: string } | null>(null);
  const [said, setSaid] = useState("");
  const text = edited?.from === remoteText ? edited.text : remoteText;
  const rule = policySentence(policy);

  function send(value: string) {
    link.pasteText(value);
    setSaid("Sent. Paste it on the desktop.");
  }
  async function sendMine() {
    const mine = await readNow();
    if (mine === null) return setSaid("The browser did not allow reading the clipboard. Paste into the box instead.");
    setEdited({ from: remoteText, text: mine });
    send(mine);
  }
  async function copy() {
    setSaid((await writeQuietly(text)) ? "Copied." : "The browser did not allow copying. Select the text and copy it.");
  }
  if (policy === "off") return <PanelBox label="Clipboard"><p>{rule}</p></PanelBox>;
  return (
    <PanelBox label="Clipboard">
      <label className="field">
        <span className="react-aria-Label">{mayCopy(policy) ? "Text of the desktop's clipboard" : "Text for the desktop"}</span>
        <textarea className="textarea" rows={4} value={text} spellCheck={false} onChange={(event) => setEdited({ from: remoteText, text: event.target.value })} />
      </label>
      {rule ? <p className="muted">{rule}</p> : null}
      <div className="key-grid">
        {mayPaste(policy) ? <Button small variant="primary" onPress={() => send(text)}>Send to desktop</Button> : null}
        {mayPaste(policy) ? <Button small onPress={() => void sendMine()}>Send my clipboard</Button> : null}
        {mayCopy(policy) ? <Button small onPress={() => void copy()}>Copy</Button> : null}
      </div>
      <p role="status" className="muted">{said}</p>
    </PanelBox>
  );
}
