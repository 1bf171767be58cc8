import { lazy } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes } from "react-router";
import { MyDesktopsPage } from "./desktops/MyDesktopsPage";
import { LiveProvider } from "./live/LiveProvider";
import { OpenPage } from "./register/OpenPage";
import { NotFound, Permitted } from "./session/Permitted";
import { SessionGate, useMe } from "./session/SessionGate";
import { SignInPage } from "./session/SignInPage";
import { Shell } from "./Shell";

const CreatePage = lazy(() => import("./create/CreatePage"));
const DesktopPage = lazy(() => import("./desktops/DesktopPage"));
const AccountPage = lazy(() => import("./account/AccountPage"));
const RegisterPage = lazy(() => import("./register/RegisterPage"));
const VerifyPage = lazy(() => import("./register/VerifyPage"));
const ResetPage = lazy(() => import("./register/ResetPage"));
const EmailPage = lazy(() => import("./register/EmailPage"));
const SecondFactorPage = lazy(() => import("./factor/SecondFactorPage"));
const ClaimPage = lazy(() => import("./setup/ClaimPage"));
const AdminRoutes = lazy(() => import("./admin/AdminRoutes"));
const SetupPage = lazy(() => import("./setup/SetupPage"));

export function App() {
  return (
    <BrowserRouter>
      <Routes>
        <Route path="/sign-in" element={<SignInPage />} />
        <Route element={<OpenPage />}>
          <Route path="/sign-in/register" element={<RegisterPage />} />
          <Route path="/sign-in/verify" element={<VerifyPage />} />
          <Route path="/sign-in/reset" element={<ResetPage />} />
          <Route path="/sign-in/email" element={<EmailPage />} />
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
            <Route path="/admin/*" element={<AdminRoutes />} />
            <Route element={<Permitted permission="platform.manage" />}>
              <Route path="/setup" element={<SetupPage />} />
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
