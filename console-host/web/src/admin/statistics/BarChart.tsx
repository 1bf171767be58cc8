import { amount, roundTop } from "./scale";

export interface Bar {
  label: string;
  values: number[];
}

const width = 720;
const height = 180;
const left = 44;
const bottom = 22;

/**
 * Bars over time, one or two beside each other. The picture is for eyes; the table beside it holds the same numbers, so a screen reader is told
 * what the picture shows and where to read it. Two series differ in pattern as well as in colour.
 */
export function BarChart({ title, bars, series, unit }: { title: string; bars: Bar[]; series: string[]; unit: string }) {
  const top = roundTop(Math.max(...bars.flatMap((bar) => bar.values), 0));
  const slot = (width - left) / Math.max(bars.length, 1);
  const thickness = Math.max(1, (slot * 0.8) / series.length);
  const tall = (value: number) => ((height - bottom - 8) * value) / top;
  const every = Math.ceil(bars.length / 8);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}. Greatest value ${amount(Math.max(...bars.flatMap((bar) => bar.values), 0))} ${unit}. The table below has every value.`}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line className="chart-line" x1={left} x2={width} y1={height - bottom - tall(top * share)} y2={height - bottom - tall(top * share)} />
            <text className="chart-text" x={left - 6} y={height - bottom - tall(top * share) + 4} textAnchor="end">{amount(top * share)}</text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <g key={bar.label}>
            {bar.values.map((value, which) => (
              <rect key={series[which]} className={`chart-bar-${which}`} x={left + index * slot + slot * 0.1 + which * thickness} width={thickness} y={height - bottom - tall(value)} height={tall(value)}>
                <title>{`${bar.label}: ${amount(value)} ${series[which] ?? ""}`}</title>
              </rect>
            ))}
            {index % every === 0 ? <text className="chart-text" x={left + index * slot + slot / 2} y={height - 6} textAnchor="middle">{bar.label}</text> : null}
          </g>
        ))}
      </svg>
      {series.length > 1 ? (
        <ul className="chart-legend" aria-hidden="true">
          {series.map((name, which) => <li key={name}><svg viewBox="0 0 12 12" className="chart-key"><rect className={`chart-bar-${which}`} width="12" height="12" /></svg> {name}</li>)}
        </ul>
      ) : null}
    </figure>
  );
}

/** Amounts side by side, greatest first, each with its number. */
export function Ranking({ title, amounts, unit, empty }: { title: string; amounts: Record<string, number>; unit: string; empty: string }) {
  const sorted = Object.entries(amounts).filter(([, value]) => value > 0).sort(([, one], [, other]) => other - one);
  const greatest = sorted[0]?.[1] ?? 1;
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      {sorted.length === 0 ? <p className="muted">{empty}</p> : null}
      <dl className="ranking">
        {sorted.slice(0, 12).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{amount(value)} {unit}</dd>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect className="chart-track" width="100" height="4" /><rect className="chart-bar-0" width={(100 * value) / greatest} height="4" /></svg>
          </div>
        ))}
      </dl>
      {sorted.length > 12 ? <p className="muted">And {sorted.length - 12} more in the CSV.</p> : null}
    </section>
  );
}
