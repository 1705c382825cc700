/**
 * The elements in JSX, for React 19:
 *
 * ```tsx
 * import "earnkit/element";
 * import type {} from "earnkit/element/react";
 *
 * <earnkit-rules gateway="/loyalty" actions={actions} onearnkit-points={(event) => add(event.detail.points)} />
 * ```
 */
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { EarnkitEstimateElement, EarnkitEventMap, EarnkitRulesElement, LoyaltyElement } from "../element.js";

/** The element's attributes and properties, its events as `onearnkit-points` and so on, and what any element has. */
type Props<Element extends LoyaltyElement, Own extends keyof Element> = DetailedHTMLProps<
  HTMLAttributes<Element>,
  Element
> &
  Partial<Pick<Element, Own | Exclude<keyof LoyaltyElement, keyof HTMLElement | "refresh">>> & {
    "base-url"?: string;
    "store-code"?: string;
    "points-name"?: string;
    "time-zone"?: string;
  } & { [Name in keyof EarnkitEventMap as `on${Name}`]?: (event: EarnkitEventMap[Name]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "earnkit-rules": Props<EarnkitRulesElement, "filter" | "headingLevel" | "actions"> & {
        "heading-level"?: string;
        chips?: boolean | "";
      };
      "earnkit-estimate": Props<EarnkitEstimateElement, "sku" | "grossValue" | "cart"> & {
        "gross-value"?: string;
        breakdown?: boolean | "";
      };
    }
  }
}
