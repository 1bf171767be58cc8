import { lazy } from "react";
import { BrowserRouter, Link, Navigate, Outlet, Route, Routes } from "react-router";
import { MyDesktopsPage } from "./desktops/MyDesktopsPage";
import { LiveProvider } from "./live/LiveProvider";
import { OpenPage } from "./register/OpenPage";
import { SessionGate, useMay, useMe } from "./session/SessionGate";
import { SignInPage } from "./session/SignInPage";
import { Shell } from "./Shell";
import { usePageTitle } from "./ui/usePageTitle";

const CreatePage = lazy(() => import("./create/CreatePage"));
const DesktopPage = lazy(() => import("./desktops/DesktopPage"));
const AccountPage = lazy(() => import("./account/AccountPage"));
const AuditPage = lazy(() => import("./admin/AuditPage"));
const BansPage = lazy(() => import("./admin/BansPage"));
const AllDesktopsPage = lazy(() => import("./admin/DesktopsPage"));
const OperationsPage = lazy(() => import("./admin/OperationsPage"));
const AccountsPage = lazy(() => import("./admin/AccountsPage"));
const AccountDetailsPage = lazy(() => import("./admin/accounts/AccountDetailsPage"));
const SessionsPage = lazy(() => import("./admin/SessionsPage"));
const StatisticsPage = lazy(() => import("./admin/statistics/StatisticsPage"));
const AccessPage = lazy(() => import("./admin/access/AccessPage"));
const SettingsPage = lazy(() => import("./admin/settings/SettingsPage"));
const SectionPage = lazy(() => import("./admin/settings/SectionPage"));
const MailPage = lazy(() => import("./admin/MailPage"));
const RegistrationsPage = lazy(() => import("./admin/RegistrationsPage"));
const RegisterPage = lazy(() => import("./register/RegisterPage"));
const VerifyPage = lazy(() => import("./register/VerifyPage"));
const ResetPage = lazy(() => import("./register/ResetPage"));
const SecondFactorPage = lazy(() => import("./factor/SecondFactorPage"));
const ClaimPage = lazy(() => import("./setup/ClaimPage"));
const SetupPage = lazy(() => import("./setup/SetupPage"));
const OrphansPage = lazy(() => import("./admin/OrphansPage"));
const TemplatesPage = lazy(() => import("./admin/TemplatesPage"));

export function App() {
  return (
    <BrowserRouter>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route element={<OpenPage />}>
          <Route path="/sign-in/register" element={<RegisterPage />} />
          <Route path="/sign-in/verify" element={<VerifyPage />} />
          <Route path="/sign-in/reset" element={<ResetPage />} />
          <Route path="/sign-in/second-factor" element={<SecondFactorPage />} />
          <Route path="/sign-in/setup" element={<ClaimPage />} />
        </Route>
        <Route element={<SignedIn />}>
          <Route element={<Shell />}>
            <Route index element={<MyDesktopsPage />} />
            <Route path="/new" element={<CreatePage />} />
            <Route path="/desktops" element={<Navigate to="/" replace />} />
            <Route path="/desktops/:id" element={<DesktopPage />} />
            <Route path="/account" element={<AccountPage />} />
            <Route element={<Permitted permission="desktops.read" />}>
              <Route path="/admin" element={<Navigate to="/admin/desktops" replace />} />
              <Route path="/admin/desktops" element={<AllDesktopsPage />} />
              <Route path="/admin/operations" element={<OperationsPage />} />
            </Route>
            <Route element={<Permitted permission="accounts.read" />}>
              <Route path="/admin/accounts" element={<AccountsPage />} />
              <Route path="/admin/bans" element={<BansPage />} />
              <Route path="/admin/accounts/:id" element={<AccountDetailsPage />} />
              <Route path="/admin/sessions" element={<SessionsPage />} />
            </Route>
            <Route element={<Permitted permission="statistics.read" />}>
              <Route path="/admin/statistics" element={<StatisticsPage />} />
            </Route>
            <Route element={<Permitted permission="accounts.manage" />}>
              <Route path="/admin/registrations" element={<RegistrationsPage />} />
            </Route>
            <Route element={<Permitted permission="access.read" />}>
              <Route path="/admin/access" element={<AccessPage />} />
            </Route>
            <Route element={<Permitted permission="audit.read" />}>
              <Route path="/admin/audit" element={<AuditPage />} />
            </Route>
            <Route element={<Permitted permission="platform.manage" />}>
              <Route path="/admin/orphans" element={<OrphansPage />} />
              <Route path="/admin/mail" element={<MailPage />} />
              <Route path="/setup" element={<SetupPage />} />
              <Route path="/admin/settings" element={<SettingsPage />} />
              <Route path="/admin/settings/:section" element={<SectionPage />} />
            </Route>
            <Route element={<Permitted permission="templates.author" />}>
              <Route path="/admin/templates" element={<TemplatesPage />} />
            </Route>
            <Route path="*" element={<NotFound />} />
          </Route>
        </Route>
      </Routes>
    </BrowserRouter>
  );
}

function SignedIn() {
  return (
    <SessionGate>
      <Live />
    </SessionGate>
  );
}

/** Events are refused until an account has a password of its own. */
function Live() {
  const { mustChangePassword } = useMe();
  return (
    <LiveProvider enabled={!mustChangePassword}>
      <Outlet />
    </LiveProvider>
  );
}

/** A courtesy: the server refuses the data itself. */
function Permitted({ permission }: { permission: string }) {
  return useMay(permission) ? <Outlet /> : <NotFound />;
}

function NotFound() {
  usePageTitle("Not found");
  return (
    <div className="placeholder">
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or what it named is gone.</p>
      <Link to="/">Go to my desktops</Link>
    </div>
  );
}
