throw new Error("earnkit/gateway holds secrets: it runs in edge workers and on servers, and never in a page");
