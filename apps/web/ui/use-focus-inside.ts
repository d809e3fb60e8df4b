// A layer over the page takes the focus as soon as it is there, so that the keyboard works in it from the first moment.
import { type RefObject, useLayoutEffect } from "react";

/**
 * Focuses an element when it appears, unless something in it has the focus already. React Aria does so as well, but
 * after clicks without a pointer (Enter on a plain button, screen readers) it first waits for every transition on the
 * page to end (`focusSafely`): until then, or for good if one was cancelled, Escape would not reach the layer.
 */
export function useFocusInside(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const layer = element.current;
    if (layer && !layer.contains(document.activeElement)) layer.focus({ preventScroll: true });
  }, [element]);
}
