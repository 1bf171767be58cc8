import { lazy } from "react";
import { Navigate, Route, Routes } from "react-router";
import { NotFound, Permitted } from "../session/Permitted";

const AuditPage = lazy(() => import("./AuditPage"));
const BansPage = lazy(() => import("./BansPage"));
const AllDesktopsPage = lazy(() => import("./DesktopsPage"));
const OperationsPage = lazy(() => import("./OperationsPage"));
const AccountsPage = lazy(() => import("./AccountsPage"));
const AccountDetailsPage = lazy(() => import("./accounts/AccountDetailsPage"));
const SessionsPage = lazy(() => import("./SessionsPage"));
const StatisticsPage = lazy(() => import("./statistics/StatisticsPage"));
const AccessPage = lazy(() => import("./access/AccessPage"));
const SettingsPage = lazy(() => import("./settings/SettingsPage"));
const SectionPage = lazy(() => import("./settings/SectionPage"));
const MailPage = lazy(() => import("./MailPage"));
const RegistrationsPage = lazy(() => import("./RegistrationsPage"));
const RecordingsPage = lazy(() => import("../recordings/RecordingsPage"));
const RecordingPage = lazy(() => import("../recordings/RecordingPage"));
const SharesPage = lazy(() => import("./shares/SharesPage"));
const OrphansPage = lazy(() => import("./OrphansPage"));
const TemplatesPage = lazy(() => import("./TemplatesPage"));

/** Everything below /admin, a table of its own: who has nothing to do there never loads it. */
export default function AdminRoutes() {
  return (
    <Routes>
      <Route element={<Permitted permission="desktops.read" />}>
        <Route index element={<Navigate to="/admin/desktops" replace />} />
        <Route path="desktops" element={<AllDesktopsPage />} />
        <Route path="operations" element={<OperationsPage />} />
      </Route>
      <Route element={<Permitted permission="desktops.manage" />}>
        <Route path="shares" element={<SharesPage />} />
      </Route>
      <Route element={<Permitted permission="accounts.read" />}>
        <Route path="accounts" element={<AccountsPage />} />
        <Route path="bans" element={<BansPage />} />
        <Route path="accounts/:id" element={<AccountDetailsPage />} />
        <Route path="sessions" element={<SessionsPage />} />
      </Route>
      <Route element={<Permitted permission="statistics.read" />}>
        <Route path="statistics" element={<StatisticsPage />} />
      </Route>
      <Route element={<Permitted permission="accounts.manage" />}>
        <Route path="registrations" element={<RegistrationsPage />} />
      </Route>
      <Route element={<Permitted permission="access.read" />}>
        <Route path="access" element={<AccessPage />} />
      </Route>
      <Route element={<Permitted permission="audit.read" />}>
        <Route path="audit" element={<AuditPage />} />
      </Route>
      <Route element={<Permitted permission="recordings.view" />}>
        <Route path="recordings" element={<RecordingsPage />} />
        <Route path="recordings/:id" element={<RecordingPage />} />
      </Route>
      <Route element={<Permitted permission="platform.manage" />}>
        <Route path="orphans" element={<OrphansPage />} />
        <Route path="mail" element={<MailPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="settings/:section" element={<SectionPage />} />
      </Route>
      <Route element={<Permitted permission="templates.author" />}>
        <Route path="templates" element={<TemplatesPage />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
