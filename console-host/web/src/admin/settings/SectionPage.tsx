import { Suspense } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { ErrorNote, Skeleton } from "../../ui/Notes";
import { usePageTitle } from "../../ui/usePageTitle";
import { settingsQuery } from "./api";
import { sectionNamed } from "./sections";
import { StateBadge } from "./SettingsPage";

/** One section: its form under its title. */
export default function SectionPage() {
  const { section: name = "" } = useParams();
  const section = sectionNamed(name);
  const state = useQuery(settingsQuery).data?.find((one) => one.name === name);
  usePageTitle(section?.title ?? "Not found");
  if (!section) {
    return (
      <div className="placeholder">
        <h1>There are no such settings</h1>
        <Link to="/admin/settings">All settings</Link>
      </div>
    );
  }
  return (
    <>
      <nav className="crumbs" aria-label="Settings"><Link to="/admin/settings">All settings</Link></nav>
      <div className="page-head">
        <div>
          <h1>{section.title}</h1>
          <p className="muted">{section.summary}</p>
        </div>
        <StateBadge state={state} />
      </div>
      {state?.problems?.length ? (
        <ErrorNote>
          <span>As it stands, this section has problems:</span>
          <ul className="problems">{state.problems.map(({ field, message }) => <li key={field}>{field ? <><code>{field}</code>: </> : null}{message}</li>)}</ul>
        </ErrorNote>
      ) : null}
      <section className="panel" aria-label={section.title}>
        <Suspense fallback={<Skeleton lines={5} />}>
          <section.Form key={section.name} />
        </Suspense>
      </section>
    </>
  );
}
