import { useMemo } from "react";
import { Button } from "../ui/Button";
import { SelectField } from "../ui/Field";
import { speeds, type Player, type PlayerState } from "./player";
import type { RecordingSource } from "./source";
import { clock } from "./words";

const columns = 240;

/** Play, track, speed. The track is the browser's own slider, which every keyboard and every screen reader knows. */
export function PlayerBar({ source, player, state }: { source: RecordingSource; player: Player; state: PlayerState }) {
  const duration = Math.max(1, source.duration);
  const told = `${clock(state.position)} of ${clock(source.duration)}`;
  return (
    <div className="player-bar">
      <Button variant="primary" onPress={() => player.toggle()}>{state.playing ? "Pause" : "Play"}</Button>
      <div className="player-track">
        <Marks source={source} duration={duration} />
        <input
          type="range" min={0} max={duration} step="any" value={Math.min(state.position, duration)} aria-label="Position in the recording" aria-valuetext={told}
          onChange={(event) => player.seek(Number(event.target.value))}
        />
      </div>
      <span className="player-clock" data-testid="clock">{clock(state.position)} / {clock(source.duration)}</span>
      <SelectField
        label="Speed" hideLabel value={String(state.speed)} onChange={(speed) => player.use({ speed: Number(speed) })}
        options={speeds.map((speed) => ({ value: String(speed), label: `${speed}×` }))}
      />
      <label className="player-check"><input type="checkbox" checked={state.skipIdle} onChange={(event) => player.use({ skipIdle: event.target.checked })} /> Skip idle time</label>
      <p className="muted player-hint">K plays and pauses, J goes back ten seconds, L goes ahead.</p>
    </div>
  );
}

/** When a person was at work. The words are for who cannot see the marks. */
function Marks({ source, duration }: { source: RecordingSource; duration: number }) {
  const count = source.marks.length;
  const active = useMemo(() => {
    const found = new Set<number>();
    for (const { at } of source.marks.slice(0, count)) found.add(Math.min(columns - 1, Math.floor((at / duration) * columns)));
    return [...found].sort((a, b) => a - b);
  }, [source, count, duration]);
  return (
    <svg className="player-marks" viewBox={`0 0 ${columns} 10`} preserveAspectRatio="none" role="img" aria-label={`Somebody was at work in ${active.length} of ${columns} parts of the recording`}>
      {active.map((column) => <rect key={column} x={column} y={0} width={1} height={10} />)}
    </svg>
  );
}
