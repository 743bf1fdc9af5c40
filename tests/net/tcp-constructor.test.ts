import { tcp } from "./behaviours/tcp.js";
import { runBehaviours } from "./run-behaviours.js";

runBehaviours(tcp["constructor-options"]!);
