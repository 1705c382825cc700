import "earnkit/element";
import type { Gateway, OpenLoyalty } from "earnkit";
import type { Action } from "earnkit/element";
import type {} from "earnkit/element/react";
import { useState } from "react";

type Props = { loyalty: Gateway | OpenLoyalty; actions: Record<string, Action> };

export function Ways({ loyalty, actions }: Props) {
  const [earned, setEarned] = useState(0);
  return (
    <>
      <p>
        Earned on this page: <output>{earned}</output>
      </p>
      <earnkit-rules
        loyalty={loyalty}
        actions={actions}
        filter="actions"
        onearnkit-points={({ detail }) => setEarned((sum) => sum + (detail.points ?? 0))}
      />
    </>
  );
}
