import { useCallback, useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ClipboardPanel } from "./ClipboardPanel";
import { FilesPanel } from "./files/FilesPanel";
import { KeysPanel } from "./KeysPanel";
import { RulesPanel } from "./policy/RulesPanel";
import type { ScreenLink } from "./screenLink";
import { SoundTool } from "./SoundTool";
import { TouchKeyboard } from "./TouchKeyboard";
import { useFullScreen } from "./useFullScreen";
import { useToolbarKey } from "./useToolbarKey";
import { ViewPanel, type Look } from "./ViewPanel";

interface Props {
  id: string;
  name: string;
  status: string;
  link: ScreenLink | null;
  look: Look;
  remoteText: string;
  statistics: boolean;
  onStatistics: (shown: boolean) => void;
  /** What others add to the row of a connected desktop. */
  tools?: ReactNode;
}

type Panel = "keys" | "clipboard" | "view" | "files" | "rules" | null;
const hideAfter = 4_000;

/** Folds itself away when nobody uses it; a tab at the top edge brings it back, as does Ctrl+Alt+Shift. */
export function Toolbar({ id, name, status, link, look, remoteText, statistics, onStatistics, tools }: Props) {
  const [open, setOpen] = useState(true);
  const [panel, setPanel] = useState<Panel>(null);
  const bar = useRef<HTMLDivElement>(null);
  const full = useFullScreen();
  const connected = link !== null;
  const mayControl = link?.access === "control";
  useAutoHide(bar, connected && open && panel === null, () => setOpen(false));
  const call = useCallback(() => {
    setOpen(true);
    requestAnimationFrame(() => bar.current?.querySelector<HTMLElement>("button:not([disabled])")?.focus());
  }, []);
  useToolbarKey(call);
  useOutsidePress(bar, () => setPanel(null));

  function fold() {
    setOpen(!open);
    setPanel(null);
  }
  const toggle = (which: Panel) => () => setPanel(panel === which ? null : which);
  return (
    <div className={`toolbar ${open ? "" : "toolbar-folded"}`} ref={bar}>
      <div className="toolbar-line">
        {open ? (
          <div className="toolbar-row" role="toolbar" aria-label="Desktop" aria-orientation="horizontal">
            <a className="toolbar-home" href="/" aria-label="My desktops" title="My desktops"><Icon name="desktop" /></a>
            <span className="toolbar-name">{name}</span>
            {connected ? (
              <>
                {full.available ? <Tool icon={full.full ? "shrink" : "expand"} label={full.full ? "Leave full screen" : "Full screen"} onPress={full.toggle} /> : null}
                <Tool icon="fit" label="View" pressed={panel === "view"} onPress={toggle("view")} />
                {mayControl ? <Tool icon="clipboard" label="Clipboard" pressed={panel === "clipboard"} onPress={toggle("clipboard")} /> : null}
                {mayControl && (link.files || link.engines.includes("guacamole")) ? <Tool icon="folder" label="Files" pressed={panel === "files"} onPress={toggle("files")} /> : null}
                {mayControl ? <Tool icon="keycap" label="Keys" pressed={panel === "keys"} onPress={toggle("keys")} /> : null}
                <Tool icon="lock" label="Rules" pressed={panel === "rules"} onPress={toggle("rules")} />
                {mayControl ? <TouchKeyboard link={link} /> : null}
                {link.sound ? <SoundTool sound={link.sound} /> : null}
                <Tool icon="gauge" label="Statistics" pressed={statistics} onPress={() => onStatistics(!statistics)} />
                {tools}
              </>
            ) : null}
          </div>
        ) : null}
        <div className="toolbar-status">
          <span className={`dot ${connected ? "dot-good" : "dot-busy"}`} />
          <span role="status">{status}</span>
          <Button variant="quiet" aria-label={open ? "Hide the toolbar" : "Show the toolbar"} aria-expanded={open} onPress={fold}>
            <Icon name="chevron" className={open ? "" : "flipped"} />
          </Button>
        </div>
      </div>
      {open && link && panel === "view" ? <ViewPanel link={link} look={look} /> : null}
      {open && link && panel === "clipboard" ? <ClipboardPanel link={link} remoteText={remoteText} /> : null}
      {open && link && panel === "files" ? <FilesPanel link={link} engine={look.engine} /> : null}
      {open && link && panel === "rules" ? <RulesPanel desktop={id} link={link} /> : null}
      {/* Kept while hidden: a modifier that is held down stays visible and can be let go. */}
      {link ? <div hidden={!open || panel !== "keys"}><KeysPanel link={link} /></div> : null}
    </div>
  );
}

export function Tool({ icon, label, pressed, onPress }: { icon: string; label: string; pressed?: boolean; onPress: () => void }) {
  return (
    <Button variant="quiet" aria-label={label} aria-pressed={pressed} onPress={onPress}>
      <Icon name={icon} /> <span className="tool-label" aria-hidden="true">{label}</span>
    </Button>
  );
}

export function PanelBox({ label, children }: { label: string; children: ReactNode }) {
  return <div className="tool-panel" role="group" aria-label={label}>{children}</div>;
}

/** Working on the screen closes an open panel. */
function useOutsidePress(bar: RefObject<HTMLElement | null>, close: () => void) {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    const pressed = (event: PointerEvent) => {
      if (!(event.target instanceof Node && bar.current?.contains(event.target))) latest.current();
    };
    window.addEventListener("pointerdown", pressed, true);
    return () => window.removeEventListener("pointerdown", pressed, true);
  }, [bar]);
}

function useAutoHide(bar: RefObject<HTMLElement | null>, active: boolean, hide: () => void) {
  const latest = useRef(hide);
  useEffect(() => {
    latest.current = hide;
  });
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => {
      const element = bar.current;
      if (element && !element.matches(":hover") && !element.contains(document.activeElement)) latest.current();
    }, hideAfter);
    return () => clearInterval(timer);
  }, [active, bar]);
}
