import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { desktopsQuery, templatesQuery } from "../api/queries";
import type { Template } from "../api/types";
import { Icon } from "../ui/Icon";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { CreateForm } from "./CreateForm";
import { defaultName } from "./validation";

/** First the gallery, then the chosen template's own questions. The choice is in the address, so that "back" goes back. */
export default function CreatePage() {
  usePageTitle("New desktop");
  const client = useQueryClient();
  const templates = useQuery(templatesQuery);
  const mine = useInfiniteQuery(desktopsQuery(client, {}));
  const [search] = useSearchParams();

  if (templates.isPending || mine.isPending) return <Skeleton lines={6} label="Loading the templates" />;
  if (!templates.data) return <LoadFailed what="The templates" error={templates.error} onRetry={() => void templates.refetch()} />;
  const { items } = templates.data;
  if (items.length === 0) return <NoTemplates />;

  const wanted = search.get("template");
  const chosen = items.find((template) => template.name === wanted) ?? (items.length === 1 ? items[0] : undefined);
  const taken = mine.data?.pages.flatMap((page) => page.items.map((desktop) => desktop.name)) ?? [];
  return (
    <>
      <nav aria-label="Breadcrumb" className="crumbs">
        <Link to="/">My desktops</Link>
        {chosen && items.length > 1 ? <Link to="/new">Templates</Link> : null}
      </nav>
      <h1>New desktop</h1>
      {chosen ? (
        <section className="panel" aria-labelledby="chosen">
          <header className="card-header">
            <span className="card-icon"><Icon name={chosen.icon} /></span>
            <div className="card-title">
              <h2 id="chosen">{chosen.title}</h2>
              <p className="muted">{chosen.description}</p>
            </div>
          </header>
          <CreateForm key={chosen.name} template={chosen} suggestedName={defaultName(chosen.title, taken)} />
        </section>
      ) : (
        <Gallery templates={items} />
      )}
    </>
  );
}

function Gallery({ templates }: { templates: Template[] }) {
  return (
    <>
      <p className="lead">Choose what to build.</p>
      <ul className="cards gallery">
        {templates.map((template) => (
          <li key={template.name}>
            <Link className="card card-link" to={`/new?template=${encodeURIComponent(template.name)}`}>
              <span className="card-header">
                <span className="card-icon"><Icon name={template.icon} /></span>
                <span className="card-title">
                  <strong>{template.title}</strong>
                  <span className="muted">{template.unavailable ? "Cannot be used here at the moment" : quotaLeft(template)}</span>
                </span>
              </span>
              <span>{template.description}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function quotaLeft({ quota }: Template): string {
  const left = Math.max(0, quota.limit - quota.used);
  return left === 0 ? `None left: you have ${quota.used} of ${quota.limit}` : `${left} of ${quota.limit} left`;
}

function NoTemplates() {
  return (
    <div className="placeholder">
      <Icon name="info" />
      <h1>No templates are on offer</h1>
      <p>An administrator has to add one before anybody can create a desktop.</p>
    </div>
  );
}
