import { lazy, Suspense, useMemo, useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { administration, type Period, type Statistics, type StatisticsItem } from "../../api/administration";
import { failureTitle } from "../../desktops/words";
import { useMay } from "../../session/SessionGate";
import { buttonClass } from "../../ui/Button";
import { SelectField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { duration } from "../../ui/time";
import { usePageTitle } from "../../ui/usePageTitle";
import { Table } from "../Table";
import { BarChart, Ranking } from "./BarChart";
import { amount, stepsOf } from "./scale";
import "./statistics.css";

const TimingsPanel = lazy(() => import("../../timeline/TimingsPanel"));

const periods = [
  { value: "1 hour", label: "The last 24 hours" },
  { value: "7 day", label: "The last 7 days" },
  { value: "30 day", label: "The last 30 days" },
  { value: "365 day", label: "The last year" },
];

/** Ends with the present hour, so that the question stays the same while the page is looked at. */
function periodOf(choice: string): Period {
  const [days, step] = choice.split(" ") as [string, "hour" | "day"];
  const to = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  return { from: new Date(to - Number(days) * 86_400_000).toISOString(), to: new Date(to).toISOString(), step };
}

export default function StatisticsPage() {
  usePageTitle("Statistics");
  const [choice, setChoice] = useState("7 day");
  const period = useMemo(() => periodOf(choice), [choice]);
  const statistics = useQuery({ queryKey: ["statistics", period], queryFn: ({ signal }) => administration.statistics(period, signal), refetchInterval: 60_000, placeholderData: (previous) => previous });
  return (
    <>
      <div className="page-head">
        <h1>Statistics</h1>
        <a className={buttonClass()} href={administration.exportUrl(period)} download><Icon name="copy" /> Export as CSV</a>
      </div>
      <div className="filters"><SelectField label="Period" value={choice} onChange={setChoice} options={periods} /></div>
      {statistics.isPending ? <Skeleton lines={8} /> : null}
      {statistics.isError && !statistics.data ? <LoadFailed what="The statistics" error={statistics.error} onRetry={() => void statistics.refetch()} /> : null}
      {statistics.data ? <Shown statistics={statistics.data} period={period} /> : null}
    </>
  );
}

function Shown({ statistics: { runningNow, total, items }, period }: { statistics: Statistics; period: Period }) {
  if (items.length === 0) {
    return (
      <div className="placeholder">
        <Icon name="chart" />
        <h2>Nothing was counted in this period yet</h2>
        <p>As soon as somebody creates a desktop it shows here, within a minute.</p>
      </div>
    );
  }
  return (
    <>
      <Figures runningNow={runningNow} total={total} />
      <Charts items={items} period={period} />
      <div className="columns">
        <Ranking title="Desktop hours by template" amounts={total.hoursByTemplate} unit="h" empty="No desktop ran." />
        <Ranking title="Desktop hours by group" amounts={total.hoursByGroup} unit="h" empty="Nobody who used a desktop is in a group." />
        <Ranking title="Failures by cause" amounts={Object.fromEntries(Object.entries(total.failures).map(([kind, count]) => [failureTitle(kind), count]))} unit="" empty="Nothing failed." />
        <People />
      </div>
      <Starts templates={Object.keys(total.hoursByTemplate)} />
    </>
  );
}

function Figures({ runningNow, total }: { runningNow: number; total: StatisticsItem }) {
  const ended = Object.values(total.operations);
  const failed = ended.reduce((sum, counts) => sum + counts.failed, 0);
  const all = ended.reduce((sum, counts) => sum + counts.succeeded + counts.failed, 0);
  const { count, p50Seconds, p95Seconds } = total.timeToReady;
  return (
    <section className="panel" aria-label="The period in figures">
      <dl className="facts figures">
        <div><dt>Running now</dt><dd>{runningNow}</dd></div>
        <div><dt>Most at once</dt><dd>{total.runningPeak}</dd></div>
        <div><dt>Desktop hours</dt><dd>{amount(total.desktopHours)}</dd></div>
        <div><dt>Operations that failed</dt><dd>{failed} of {all}</dd></div>
        <div><dt>Ready within, half of them</dt><dd>{time(p50Seconds) ?? "No start yet"}</dd></div>
        <div><dt>Ready within, 95 % of {count}</dt><dd>{time(p95Seconds) ?? "No start yet"}</dd></div>
      </dl>
    </section>
  );
}

const time = (seconds: number | null | undefined) => (typeof seconds === "number" ? duration(seconds) : null);
const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function Charts({ items, period }: { items: StatisticsItem[]; period: Period }) {
  const known = new Map(items.map((item) => [Date.parse(item.at), item]));
  const label = (at: string) => (period.step === "hour" ? hour : day).format(new Date(at));
  const steps = stepsOf(period.from, period.to, period.step).map((at) => ({ label: label(at), item: known.get(Date.parse(at)) }));
  const failures = (item?: StatisticsItem) => Object.values(item?.operations ?? {}).reduce((sum, counts) => sum + counts.failed, 0);
  return (
    <section className="panel" aria-label="Over time">
      <h2>Over time</h2>
      <BarChart title="Desktops that ran: on average and at most" unit="desktops" series={["on average", "at most"]} bars={steps.map(({ label: name, item }) => ({ label: name, values: [item?.runningAverage ?? 0, item?.runningPeak ?? 0] }))} />
      <BarChart title="People who were connected" unit="people" series={["people"]} bars={steps.map(({ label: name, item }) => ({ label: name, values: [item?.activeUsers ?? 0] }))} />
      <details>
        <summary>The same as a table</summary>
        <Table label="Statistics over time" head={["When", "Running on average", "At most", "Desktop hours", "People", "Failed operations", "Half ready within"]}>
          {items.map((item) => (
            <tr key={item.at}>
              <th scope="row">{label(item.at)}</th>
              <td>{amount(item.runningAverage)}</td>
              <td>{item.runningPeak}</td>
              <td>{amount(item.desktopHours)}</td>
              <td>{item.activeUsers}</td>
              <td>{failures(item)}</td>
              <td>{time(item.timeToReady.p50Seconds)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </section>
  );
}

/** Of the templates that were used in the period. */
function Starts({ templates }: { templates: string[] }) {
  const [choice, setChoice] = useState("");
  const template = templates.includes(choice) ? choice : templates[0];
  if (!template) return null;
  return (
    <section className="panel" aria-labelledby="starts">
      <h2 id="starts">How long a start takes</h2>
      {templates.length > 1 ? <div className="filters"><SelectField label="Template" value={template} onChange={setChoice} options={templates.map((name) => ({ value: name, label: name }))} /></div> : null}
      <Suspense fallback={<Skeleton />}><TimingsPanel key={template} template={template} /></Suspense>
    </section>
  );
}

function People() {
  const month = new Date().toISOString().slice(0, 7);
  const mayOpen = useMay("accounts.read");
  const people = useQuery({ queryKey: ["statistics", "people", month], queryFn: ({ signal }) => administration.people(month, signal) });
  return (
    <section className="panel" aria-labelledby="people">
      <h2 id="people">Desktop hours by person, this month</h2>
      {people.isPending ? <Skeleton /> : null}
      {people.isError ? <LoadFailed what="The people" error={people.error} onRetry={() => void people.refetch()} /> : null}
      {people.data?.items.length === 0 ? <p className="muted">Nobody yet.</p> : null}
      <dl className="ranking">
        {people.data?.items.map((person) => (
          <div key={person.account}>
            <dt>{mayOpen ? <Link to={`/admin/accounts/${person.account}`}>{person.userName}</Link> : person.userName}</dt>
            <dd>{amount(person.desktopHours)} h</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
