import type {} from "earnkit/element/react";

export const Wrong = () => <earnkit-rules gateway="/loyalty" actions={{ facebook_like: true }} />;
