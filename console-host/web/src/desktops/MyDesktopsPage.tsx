import { lazy, Suspense } from "react";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { desktopsQuery, templatesQuery } from "../api/queries";
import { usePolling } from "../live/LiveProvider";
import { useMay } from "../session/SessionGate";
import { Button, ButtonLink } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { usePageTitle } from "../ui/usePageTitle";
import { DesktopCard } from "./DesktopCard";

const SetupCard = lazy(() => import("../setup/SetupCard"));

export function MyDesktopsPage() {
  usePageTitle("My desktops");
  const mayManage = useMay("platform.manage");
  return (
    <>
      <div className="page-head">
        <h1>My desktops</h1>
        <ButtonLink variant="primary" to="/new" role="button">
          <Icon name="plus" /> New desktop
        </ButtonLink>
      </div>
      {mayManage ? <Suspense fallback={null}><SetupCard /></Suspense> : null}
      <DesktopList />
    </>
  );
}

function DesktopList() {
  const client = useQueryClient();
  const refetchInterval = usePolling();
  const list = useInfiniteQuery({ ...desktopsQuery(client, {}), refetchInterval });
  const templates = useQuery(templatesQuery);
  const icons = new Map(templates.data?.items.map((template) => [template.name, template.icon]));

  if (list.isPending) {
    return (
      <div className="cards" aria-busy="true">
        <div className="card"><Skeleton label="Loading your desktops" /></div>
        <div className="card" aria-hidden="true"><Skeleton label="" /></div>
      </div>
    );
  }
  if (!list.data) return <LoadFailed what="Your desktops" error={list.error} onRetry={() => void list.refetch()} />;

  const desktops = list.data.pages.flatMap((page) => page.items);
  if (desktops.length === 0) return <NoDesktops />;
  return (
    <>
      <div className="cards">
        {desktops.map((desktop) => (
          <DesktopCard key={desktop.id} desktop={desktop} icon={icons.get(desktop.template.name) ?? "desktop"} />
        ))}
      </div>
      {list.hasNextPage ? (
        <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </>
  );
}

function NoDesktops() {
  return (
    <div className="placeholder">
      <Icon name="desktop" />
      <h2>You have no desktops yet</h2>
      <p>Pick a template, and Terraform builds your own machine. Its screen then opens here in the browser.</p>
      <ButtonLink variant="primary" to="/new">
        Create your first desktop
      </ButtonLink>
    </div>
  );
}
