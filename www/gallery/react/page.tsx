import type { ComponentProps } from "react";
import { createRoot } from "react-dom/client";

import { Ways } from "./ways.tsx";

export const mount = (place: Element, props: ComponentProps<typeof Ways>) =>
  createRoot(place).render(<Ways {...props} />);
