import { useState } from "react";
import { engines, type EngineChoice } from "./engines";
import { qualities, type QualityChoice } from "./quality";
import type { Engine, ScreenLink, TouchMode } from "./screenLink";
import { PanelBox } from "./Toolbar";
import { rememberTouchMode, storedTouchMode, touchModes } from "./touch";
import type { View } from "./view";

/** How the screen is shown, and the choices that go with it. */
export interface Look {
  view: View;
  views: { value: View; label: string }[];
  setView: (view: View) => void;
  dense: boolean;
  setDense: (dense: boolean) => void;
  ratio: number;
  quality: QualityChoice;
  setQuality: (quality: QualityChoice) => void;
  engine: EngineChoice;
}

export function ViewPanel({ link, look }: { link: ScreenLink; look: Look }) {
  return (
    <PanelBox label="View">
      <div className="look">
        <div>
          <Choices name="view" legend="Size" options={look.views} value={look.view} onChange={look.setView} />
          {look.view === "resize" && look.ratio > 1 ? (
            <label className="choice"><input type="checkbox" checked={look.dense} onChange={(event) => look.setDense(event.target.checked)} /> Use every pixel of this display</label>
          ) : null}
        </div>
        <div>
          <Choices name="quality" legend="Quality" options={qualities} value={look.quality} onChange={look.setQuality} />
          {link.quality.live ? null : <p className="muted">Another quality connects again.</p>}
        </div>
        <EngineChoices link={link} engine={look.engine} />
        <TouchChoices link={link} />
      </div>
    </PanelBox>
  );
}

/** Which engines there are to choose from: the one in use, and what the server offers besides. */
function EngineChoices({ link, engine }: { link: ScreenLink; engine: EngineChoice }) {
  const options = link.engines.map((value) => ({ value, label: `${engines[value].label}: ${engines[value].hint.toLowerCase()}` }));
  return (
    <div>
      {options.length > 1 ? <Choices name="engine" legend="Engine" options={options} value={link.engine} onChange={(value: Engine) => engine.choose(value)} /> : null}
      {engine.refusal ? <p role="alert">{engine.refusal}</p> : null}
    </div>
  );
}

function TouchChoices({ link }: { link: ScreenLink }) {
  const [mode, setMode] = useState(storedTouchMode);
  function choose(next: TouchMode) {
    rememberTouchMode(next);
    setMode(next);
    link.touch?.use(next);
  }
  if (!link.touch || !window.matchMedia("(any-pointer: coarse)").matches) return null;
  return <Choices name="touch" legend="A finger works" options={touchModes} value={mode} onChange={choose} />;
}

function Choices<T extends string>({ name, legend, options, value, onChange }: { name: string; legend: string; options: { value: T; label: string }[]; value: T; onChange: (value: T) => void }) {
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="choice">
          <input type="radio" name={name} value={option.value} checked={value === option.value} onChange={() => onChange(option.value)} /> {option.label}
        </label>
      ))}
    </fieldset>
  );
}
