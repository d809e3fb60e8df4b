// What is open on the page: state that no server needs to know.
import { create } from "zustand";

interface UiState {
  /** The sidebar as a drawer, on narrow screens. */
  drawerOpen: boolean;
  paletteOpen: boolean;
  keysOpen: boolean;
  /** A long foreign address that waits for a yes. */
  linkToOpen: string | null;
  setDrawer(open: boolean): void;
  setPalette(open: boolean): void;
  setKeys(open: boolean): void;
  askAboutLink(href: string | null): void;
}

export const useUi = create<UiState>((set) => ({
  drawerOpen: false,
  paletteOpen: false,
  keysOpen: false,
  linkToOpen: null,
  setDrawer: (drawerOpen) => set({ drawerOpen }),
  setPalette: (paletteOpen) => set({ paletteOpen }),
  setKeys: (keysOpen) => set({ keysOpen }),
  askAboutLink: (linkToOpen) => set({ linkToOpen }),
}));
