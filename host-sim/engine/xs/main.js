import "./trace.js";
import * as application from "application";

application.default?.();
