/**
 * For tests of a user's own: assertions on the charge that a run took. A run is the document that `xs-cellular run --json`
 * printed, as text parsed or read with {@link readRunDocument}.
 */
export type { RunDocument } from "./run/document.js";
export { type EnergyMatchers, energyMatchers, expectRun, type MatcherResult, usesLessThan } from "./run/energy-matchers.js";
export { RunDocumentError, readRunDocument, runDocument } from "./run/read-document.js";
