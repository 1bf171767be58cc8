import { Suspense } from "react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { Icon } from "../../ui/Icon";
import { LoadFailed, Skeleton } from "../../ui/Notes";
import { usePageTitle } from "../../ui/usePageTitle";
import { settingsQuery } from "./api";
import { sections } from "./sections";
import type { SectionState } from "./types";

/** Every section with how it stands. */
export default function SettingsPage() {
  usePageTitle("Settings");
  const list = useQuery(settingsQuery);
  const states = new Map(list.data?.map((state) => [state.name, state]));
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Settings</h1>
          <p className="muted">Changes are in force within a second, on every replica, without a restart.</p>
        </div>
      </div>
      {list.isPending ? <Skeleton lines={6} /> : null}
      {list.isError && !list.data ? <LoadFailed what="The settings" error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data ? (
        <ul className="cards">
          {sections.filter((section) => states.has(section.name)).map((section) => (
            <li key={section.name}>
              <Link className="card card-link" to={`/admin/settings/${section.name}`}>
                <span className="card-header">
                  <span className="card-icon"><Icon name={section.icon} /></span>
                  <span className="card-title"><strong>{section.title}</strong><span className="muted">{section.summary}</span></span>
                </span>
                <span className="card-state">{section.Badge ? <Suspense fallback={null}><section.Badge /></Suspense> : null}<StateBadge state={states.get(section.name)} /></span>
              </Link>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

export function StateBadge({ state }: { state: SectionState | undefined }) {
  if (!state) return null;
  const problems = state.problems?.length ?? 0;
  return (
    <>
      {problems > 0 ? <span className="badge badge-bad">{problems === 1 ? "1 problem" : `${problems} problems`}</span> : null}
      {state.fixed ? <span className="badge badge-busy">Fixed by the operator</span> : state.version > 0 ? <span className="badge badge-good">Set</span> : <span className="badge badge-idle">Default</span>}
    </>
  );
}
