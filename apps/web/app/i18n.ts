// The texts of the page. English for now; another language is another file like en.ts.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";

/** To be called once, before the first render. Texts are in the bundle, so nothing is waited for. */
export function startTexts(): void {
  void i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}
