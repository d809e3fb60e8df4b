// Starts the web app.
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { followSignIns } from "~/features/auth/account";
import { startTexts } from "./i18n";
import { Providers } from "./providers";
import { followTheme } from "./theme";

followTheme();
followSignIns();
startTexts();

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <Providers />
  </StrictMode>,
);
